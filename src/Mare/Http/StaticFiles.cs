// SPDX-License-Identifier: MIT
using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;

namespace Mare;

/// <summary>
/// Holds small files in memory, ready to be sent: for <see cref="WebSocketServerOptions.HttpHandler"/>. Any thread.
/// </summary>
/// <remarks>
/// A request finds what was loaded and nothing else: no path of a request ever reaches the file system, so none leads out of
/// the folder. Each file has a type by its extension, an ETag by its contents, and <c>X-Content-Type-Options: nosniff</c>.
/// </remarks>
public sealed class StaticFiles
{
    private readonly FrozenDictionary<string, PlainResponse> _responses;

    private StaticFiles(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> files, StaticFileOptions options)
    {
        var responses = new Dictionary<string, PlainResponse>(StringComparer.Ordinal);
        foreach (var (name, contents) in files) Add(responses, "/" + name.TrimStart('/'), contents, options);
        _responses = responses.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Loads all files of a folder and the folders in it. What changes there later is not seen.</summary>
    /// <param name="folder">Path of the folder.</param>
    /// <param name="options">How they are served and how many; null for the defaults.</param>
    /// <returns>The files, by their paths below the folder.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There is more in it than the options allow; the message names the file.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <remarks>Left out: links, and names that begin with a dot, except .well-known. Blocks while it reads: call it before the server starts.</remarks>
    public static StaticFiles FromFolder(string folder, StaticFileOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new StaticFileOptions();
        return new StaticFiles(new StaticFileLoader(options).ReadFolder(folder), options);
    }

    /// <summary>Loads resources that are embedded in an assembly.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="prefix">
    /// What the names of the resources begin with, such as "wwwroot/"; the rest is the path. Give them such names in the
    /// project: <c>&lt;EmbeddedResource Include="wwwroot/**" LogicalName="wwwroot/%(RecursiveDir)%(Filename)%(Extension)" /&gt;</c>.
    /// </param>
    /// <param name="options">How they are served and how many; null for the defaults.</param>
    /// <returns>The files.</returns>
    /// <exception cref="FileNotFoundException">No resource has the prefix.</exception>
    /// <exception cref="InvalidDataException">There is more than the options allow; the message names the file.</exception>
    public static StaticFiles FromResources(Assembly assembly, string prefix, StaticFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        ArgumentNullException.ThrowIfNull(prefix);
        options ??= new StaticFileOptions();
        return new StaticFiles(new StaticFileLoader(options).ReadResources(assembly, prefix), options);
    }

    /// <summary>Takes files that are in memory.</summary>
    /// <param name="files">Paths, such as "css/site.css", and contents, which are not copied and not to be changed any more.</param>
    /// <param name="options">How they are served; its limits are not asked. Null for the defaults.</param>
    /// <returns>The files.</returns>
    /// <exception cref="ArgumentException">A path comes twice.</exception>
    public static StaticFiles FromMemory(
        IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> files, StaticFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        return new StaticFiles(files, options ?? new StaticFileOptions());
    }

    /// <summary>Looks for the file that a request asks for.</summary>
    /// <param name="request">The request; its query does not matter.</param>
    /// <returns>
    /// The file; for a folder its index file, or a redirection to the path with a slash behind it; null when there is none.
    /// </returns>
    public PlainResponse? Find(PlainRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        // An encoded slash is no separator (RFC 3986, section 2.2), and no name holds one.
        if (request.Path.Contains("%2F", StringComparison.OrdinalIgnoreCase)) return null;
        return _responses.GetValueOrDefault(Uri.UnescapeDataString(request.Path));
    }

    private static void Add(
        Dictionary<string, PlainResponse> responses, string path, ReadOnlyMemory<byte> contents, StaticFileOptions options)
    {
        var headers = new List<KeyValuePair<string, string>>
        {
            new("ETag", $"\"{Convert.ToHexStringLower(SHA256.HashData(contents.Span).AsSpan(0, 16))}\""),
            new("X-Content-Type-Options", "nosniff"),
        };
        if (options.CacheControl is not null) headers.Add(new("Cache-Control", options.CacheControl));
        if (options.Headers is not null) headers.AddRange(options.Headers);
        var response = new PlainResponse(200, contents, ContentTypes.Of(path, options.ContentTypes), headers);
        responses.Add(path, response);
        if (options.IndexFile is not { } index || !path.EndsWith("/" + index, StringComparison.Ordinal)) return;
        var folder = path[..^index.Length];
        responses.Add(folder, response);
        if (folder != "/") responses.TryAdd(folder[..^1], RedirectTo(folder));
    }

    // Without the slash, what the page refers to would be looked for one folder higher up.
    private static PlainResponse RedirectTo(string folder)
    {
        var location = string.Join('/', folder.Split('/').Select(Uri.EscapeDataString));
        return new PlainResponse(308, headers: [new("Location", location)]);
    }
}
