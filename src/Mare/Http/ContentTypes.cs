// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Knows the content types of the files that web pages are made of.</summary>
internal static class ContentTypes
{
    public static string Of(string path, IReadOnlyDictionary<string, string>? more)
    {
        var extension = Path.GetExtension(path);
        return more is not null && more.TryGetValue(extension, out var type) ? type : Known(extension);
    }

    private static string Known(string extension) => extension.ToUpperInvariant() switch
    {
        ".HTML" or ".HTM" => "text/html; charset=utf-8",
        ".CSS" => "text/css; charset=utf-8",
        ".JS" or ".MJS" => "text/javascript; charset=utf-8", // RFC 9239
        ".JSON" or ".MAP" => "application/json",
        ".WEBMANIFEST" => "application/manifest+json",
        ".TXT" => "text/plain; charset=utf-8",
        ".MD" => "text/markdown; charset=utf-8",
        ".CSV" => "text/csv; charset=utf-8",
        ".XML" => "application/xml",
        ".WASM" => "application/wasm",
        ".PDF" => "application/pdf",
        ".SVG" => "image/svg+xml",
        ".PNG" => "image/png",
        ".JPG" or ".JPEG" => "image/jpeg",
        ".GIF" => "image/gif",
        ".WEBP" => "image/webp",
        ".AVIF" => "image/avif",
        ".ICO" => "image/x-icon",
        ".WOFF2" => "font/woff2",
        ".WOFF" => "font/woff",
        ".TTF" => "font/ttf",
        ".OTF" => "font/otf",
        ".MP3" => "audio/mpeg",
        ".OGG" => "audio/ogg",
        ".WAV" => "audio/wav",
        ".MP4" => "video/mp4",
        ".WEBM" => "video/webm",
        _ => "application/octet-stream",
    };
}
