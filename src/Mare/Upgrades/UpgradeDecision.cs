// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare;

/// <summary>
/// Says what becomes of a request: <c>true</c> and <c>false</c> convert to it (false is 403), <see cref="Accept"/> and
/// <see cref="Reject"/> say more.
/// </summary>
public sealed class UpgradeDecision
{
    private static readonly UpgradeDecision Accepted = new();
    private static readonly UpgradeDecision Forbidden = new() { Status = 403 };

    private UpgradeDecision()
    {
    }

    /// <summary>Gets whether the request is upgraded.</summary>
    public bool IsAccepted => Status == 0;

    internal int Status { get; private init; }

    internal string? Subprotocol { get; private init; }

    internal string? Body { get; private init; }

    internal IReadOnlyCollection<KeyValuePair<string, string>>? Headers { get; private init; }

    /// <summary>Accepts (true) or answers 403 (false).</summary>
    public static implicit operator UpgradeDecision(bool accept) => FromBoolean(accept);

    /// <summary>Accepts (true) or answers 403 (false).</summary>
    public static UpgradeDecision FromBoolean(bool accept) => accept ? Accepted : Forbidden;

    /// <summary>Accepts the request.</summary>
    /// <param name="subprotocol">One of those that the client offered, or null for none. One that it did not offer is answered by 500.</param>
    /// <param name="headers">More headers for the response, such as Set-Cookie.</param>
    /// <exception cref="ArgumentException">
    /// A header has no valid name, or CR, LF or another control byte in its value, or is one that the handshake sets
    /// itself: Upgrade, Connection, Sec-WebSocket-*, Content-Length, Transfer-Encoding, Date.
    /// </exception>
    public static UpgradeDecision Accept(string? subprotocol = null, IEnumerable<KeyValuePair<string, string>>? headers = null) =>
        subprotocol is null && headers is null ? Accepted : new() { Subprotocol = subprotocol, Headers = Check(headers) };

    /// <summary>Refuses the request with an HTTP status, after which the connection is closed.</summary>
    /// <param name="status">The status, 300 to 599 but 304.</param>
    /// <param name="body">Text for the body, sent as UTF-8 and as text/plain unless a header says otherwise; null for none.</param>
    /// <param name="headers">More headers, such as WWW-Authenticate or Location.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of its range.</exception>
    /// <exception cref="ArgumentException">A header may not be sent; see <see cref="Accept"/>.</exception>
    public static UpgradeDecision Reject(int status, string? body = null, IEnumerable<KeyValuePair<string, string>>? headers = null)
    {
        if (status is < 300 or > 599 or 304)
            throw new ArgumentOutOfRangeException(nameof(status), status, "A refusal needs a status of 300 to 599, but not 304.");
        return new() { Status = status, Body = body, Headers = Check(headers) };
    }

    private static KeyValuePair<string, string>[]? Check(IEnumerable<KeyValuePair<string, string>>? headers)
    {
        if (headers is null) return null;
        var copy = headers.ToArray();
        foreach (var (name, value) in copy) ResponseHeaders.Validate(name, value);
        return copy;
    }
}
