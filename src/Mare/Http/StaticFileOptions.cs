// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Says how <see cref="StaticFiles"/> are served, and bounds what is loaded.</summary>
public sealed class StaticFileOptions
{
    /// <summary>Gets the file that stands for its folder; null for none. Default "index.html".</summary>
    public string? IndexFile { get; init; } = "index.html";

    /// <summary>
    /// Gets the value of Cache-Control; null for none. Default "no-cache": a browser keeps the file and asks each time
    /// whether it has changed, which costs a 304.
    /// </summary>
    public string? CacheControl { get; init; } = "no-cache";

    /// <summary>Gets more headers, such as Content-Security-Policy. Default none.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>>? Headers { get; init; }

    /// <summary>
    /// Gets content types by extension (".gltf"), ahead of those that are known: those of the web. Default none; what has
    /// neither is application/octet-stream.
    /// </summary>
    public IReadOnlyDictionary<string, string>? ContentTypes { get; init; }

    /// <summary>
    /// Gets the largest file that is loaded, in bytes. Default 4,194,304 (4 MiB), as <see cref="PlainHttpLimits.MaxResponseSize"/>.
    /// </summary>
    public int MaxFileSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>Gets how many bytes are loaded at most, in all. Default 67,108,864 (64 MiB).</summary>
    public long MaxTotalSize { get; init; } = 64L * 1024 * 1024;

    /// <summary>Gets how many files are loaded at most. Default 1,000.</summary>
    public int MaxFiles { get; init; } = 1000;
}
