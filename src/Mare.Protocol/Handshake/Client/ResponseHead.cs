// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Holds the status line and the headers of a response whose grammar is valid.</summary>
/// <remarks>Immutable: any thread may read. RFC 9112, sections 4 and 5.</remarks>
public sealed class ResponseHead
{
    internal ResponseHead(int statusCode, string reasonPhrase, int versionMinor, HeaderCollection headers)
    {
        StatusCode = statusCode;
        ReasonPhrase = reasonPhrase;
        VersionMinor = versionMinor;
        Headers = headers;
    }

    /// <summary>Gets the status code, 0 to 999; 101 is an upgrade.</summary>
    public int StatusCode { get; }

    /// <summary>Gets the text behind the status code, which may be empty.</summary>
    public string ReasonPhrase { get; }

    /// <summary>Gets the minor version of HTTP/1: 0, or 1 for 1 and anything higher.</summary>
    public int VersionMinor { get; }

    /// <summary>Gets the headers; each byte of a value is one character.</summary>
    public HeaderCollection Headers { get; }
}
