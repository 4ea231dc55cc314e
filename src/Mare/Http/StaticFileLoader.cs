// SPDX-License-Identifier: MIT
using System.Reflection;

namespace Mare;

/// <summary>Reads files into memory, within the limits of their options.</summary>
internal sealed class StaticFileLoader(StaticFileOptions options)
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        // A link could lead anywhere.
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device,
        IgnoreInaccessible = false,
    };

    private int _files;
    private long _bytes;

    public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ReadFolder(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", Everything))
        {
            var name = Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/');
            if (IsHidden(name)) continue;
            using var stream = File.OpenRead(file);
            yield return new(name, Read(stream, name));
        }
    }

    public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ReadResources(Assembly assembly, string prefix)
    {
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(prefix, StringComparison.Ordinal)) continue;
            using var stream = assembly.GetManifestResourceStream(resource)!;
            yield return new(resource[prefix.Length..].Replace('\\', '/'), Read(stream, resource));
        }

        if (_files == 0) throw new FileNotFoundException($"No resource of {assembly.GetName().Name} begins with \"{prefix}\".");
    }

    private static bool IsHidden(string name) =>
        name.Split('/').Any(static part => part.StartsWith('.') && part != ".well-known");

    private ReadOnlyMemory<byte> Read(Stream stream, string name)
    {
        if (++_files > options.MaxFiles) throw new InvalidDataException($"{name}: more than {options.MaxFiles} files; see MaxFiles.");
        if (stream.Length > options.MaxFileSize)
            throw new InvalidDataException($"{name}: {stream.Length} bytes, more than MaxFileSize ({options.MaxFileSize}).");
        _bytes += stream.Length;
        if (_bytes > options.MaxTotalSize) throw new InvalidDataException($"{name}: more than {options.MaxTotalSize} bytes; see MaxTotalSize.");
        var contents = new byte[stream.Length];
        stream.ReadExactly(contents);
        return contents;
    }
}
