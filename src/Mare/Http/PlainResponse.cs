// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Protocol;

namespace Mare;

/// <summary>
/// Is the answer to a <see cref="PlainRequest"/>: status, headers and a body in memory. Immutable: one may answer many
/// requests, of many connections.
/// </summary>
/// <remarks>
/// A response of status 200 with an <c>ETag</c> header answers <c>If-None-Match</c>: a client that has it already gets 304
/// and no body (RFC 9110, section 13.1.2).
/// </remarks>
public sealed class PlainResponse
{
    private const string ContentTypeName = "Content-Type";
    private const string PlainText = "text/plain; charset=utf-8";

    private static readonly KeyValuePair<string, string>[] NotStored = [new("Cache-Control", "no-store")];
    private static readonly PlainResponse Healthy = new(200, "ok\n"u8.ToArray(), PlainText, NotStored);
    private static readonly PlainResponse Draining = new(503, "draining\n"u8.ToArray(), PlainText, NotStored);

    private readonly KeyValuePair<string, string>[] _headers;

    /// <summary>Makes a response.</summary>
    /// <param name="status">The status, 200 to 599.</param>
    /// <param name="body">
    /// The body, at most <see cref="PlainHttpLimits.MaxResponseSize"/> bytes; not copied, so not to be changed any more. Empty for 204, 205
    /// and 304.
    /// </param>
    /// <param name="contentType">Its type, such as "text/html; charset=utf-8"; null for none.</param>
    /// <param name="headers">More headers, such as Cache-Control, ETag or Location.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of its range.</exception>
    /// <exception cref="ArgumentException">
    /// The status has no body, but there is one; or a header has no valid name, or CR, LF or another control byte in its
    /// value, or is one that the server writes itself: Content-Type, Content-Length, Transfer-Encoding, Connection, Upgrade,
    /// Date, Sec-WebSocket-*.
    /// </exception>
    public PlainResponse(
        int status,
        ReadOnlyMemory<byte> body = default,
        string? contentType = null,
        IEnumerable<KeyValuePair<string, string>>? headers = null)
    {
        if (status is < 200 or > 599)
            throw new ArgumentOutOfRangeException(nameof(status), status, "The status must be 200 to 599.");
        if (status is 204 or 205 or 304 && !body.IsEmpty)
            throw new ArgumentException($"A response of status {status} has no body.", nameof(body));
        if (contentType is not null) ResponseHeaders.Validate(ContentTypeName, contentType);
        _headers = headers is null ? [] : [.. headers];
        foreach (var (name, value) in _headers)
        {
            ResponseHeaders.Validate(name, value);
            if (name.Equals(ContentTypeName, StringComparison.OrdinalIgnoreCase))
                throw new ArgumentException("Give the content type as its own argument.", nameof(headers));
            if (name.Equals("ETag", StringComparison.OrdinalIgnoreCase)) ETag = value;
        }

        Status = status;
        Body = body;
        ContentType = contentType;
    }

    /// <summary>Gets the status.</summary>
    public int Status { get; }

    /// <summary>Gets the body.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Gets the type of the body; null for none.</summary>
    public string? ContentType { get; }

    /// <summary>Gets the further headers, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers => _headers;

    internal string? ETag { get; }

    /// <summary>Makes a response of text, as UTF-8.</summary>
    /// <param name="text">The body.</param>
    /// <param name="status">The status, 200 to 599.</param>
    /// <param name="contentType">Its type; default "text/plain; charset=utf-8".</param>
    /// <exception cref="ArgumentException">As the constructor.</exception>
    public static PlainResponse Text(string text, int status = 200, string contentType = PlainText) =>
        new(status, Encoding.UTF8.GetBytes(text), contentType);

    /// <summary>
    /// Answers a health check: 200 and "ok", or 503 and "draining" from the moment that the server lets its connections go,
    /// so that a load balancer sends nobody any more.
    /// </summary>
    /// <param name="request">The request for it.</param>
    public static PlainResponse Health(PlainRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.IsDraining ? Draining : Healthy;
    }

    /// <summary>Wraps a response that is there already, for a handler that awaits nothing; null stays null.</summary>
    public static implicit operator ValueTask<PlainResponse?>(PlainResponse? response) => FromResponse(response);

    /// <summary>Wraps a response that is there already, for a handler that awaits nothing; null stays null.</summary>
    public static ValueTask<PlainResponse?> FromResponse(PlainResponse? response) => ValueTask.FromResult(response);
}
