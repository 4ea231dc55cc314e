// SPDX-License-Identifier: MIT
using SharpFuzz;

namespace Mare.Fuzz.Runs;

/// <summary>
/// Is this program once more, in a folder of its own, with the code under test instrumented: the files that the tests use stay
/// as they were built.
/// </summary>
internal sealed class InstrumentedCopy : IDisposable
{
    // Of Lori what reads a peer's bytes: the rest hands them on.
    private static readonly (string Assembly, Func<string, bool> Types)[] Instrumented =
    [
        ("Mare.Protocol.dll", static _ => true),
        ("Lori.dll", static type => type.StartsWith("Lori.ProxyHeader", StringComparison.Ordinal)),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mare-fuzz-");

    /// <summary>Copies and instruments.</summary>
    public InstrumentedCopy()
    {
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(Folder, Path.GetRelativePath(AppContext.BaseDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        foreach ((string assembly, Func<string, bool> types) in Instrumented)
            Fuzzer.Instrument(Path.Combine(Folder, assembly), types, Options.Value);
    }

    /// <summary>Gets the folder, which may also hold what its runs write.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Gets the program.</summary>
    public string Assembly => Path.Combine(Folder, Path.GetFileName(typeof(InstrumentedCopy).Assembly.Location));

    /// <summary>Deletes the folder.</summary>
    public void Dispose() => _folder.Delete(recursive: true);
}
