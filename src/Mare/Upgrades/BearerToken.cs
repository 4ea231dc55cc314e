// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mare.Protocol;

namespace Mare;

/// <summary>
/// Reads the bearer token of a request, in the ways that clients have: programs set <c>Authorization</c>, browsers, which
/// cannot, offer it as a subprotocol or have it in a cookie. RFC 6750.
/// </summary>
/// <remarks>
/// In a browser: <c>new WebSocket(url, ["chat", "bearer." + token])</c>. Entries that begin with "bearer." or "base64url.bearer.",
/// in any case, are not among <see cref="UpgradeRequest.Subprotocols"/>, so none is ever chosen and sent back; another one that is
/// understood has to be offered beside it and accepted, or browsers fail the connection. A token with characters that no
/// subprotocol has ("/" and "=") goes as "base64url.bearer." and its base64url form, as with Kubernetes. Not from a
/// query: those are kept in histories and logs. Mare itself logs neither.
/// </remarks>
public static class BearerToken
{
    /// <summary>The longest token that is taken, in characters; a request has little more room by default.</summary>
    public const int MaxLength = 4096;

    private const string Scheme = "Bearer ";
    private const string Plain = "bearer.";
    private const string Encoded = "base64url.bearer.";

    // RFC 6750, section 2.1: b64token, "=" aside.
    private static readonly SearchValues<char> TokenChars =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/");

    private static readonly KeyValuePair<string, string>[] Challenge = [new("WWW-Authenticate", "Bearer")];

    /// <summary>
    /// Looks for a token in <c>Authorization</c>, then among the subprotocols, then in a cookie. Where one is, the others are not
    /// looked at, even if it is malformed.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="cookie">The cookie's name; null to look into none.</param>
    /// <returns>The token; null when there is none, or it is malformed, ambiguous or too long.</returns>
    /// <remarks>Browsers send cookies for pages of other sites too: with a cookie the check of the origin is what counts.</remarks>
    public static string? Read(UpgradeRequest request, string? cookie = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Headers.Contains("Authorization")) return FromAuthorization(request.Headers);
        if (request.TokenSubprotocols.Count > 0) return FromSubprotocols(request);
        return cookie is null ? null : FromCookie(request.Headers, cookie);
    }

    /// <summary>Reads the token of <c>Authorization: Bearer</c>. RFC 6750, section 2.1.</summary>
    /// <param name="headers">The headers of a request.</param>
    /// <returns>The token; null when there is none, another scheme, or it is malformed or too long.</returns>
    public static string? FromAuthorization(HeaderCollection headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        if (headers["Authorization"] is not { } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        return Check(value.AsSpan(Scheme.Length).TrimStart(' '));
    }

    /// <summary>Reads the token that is offered as a subprotocol, "bearer.TOKEN" or "base64url.bearer.ENCODED".</summary>
    /// <param name="request">The request.</param>
    /// <returns>The token; null when there is none or more than one, or it is malformed or too long.</returns>
    public static string? FromSubprotocols(UpgradeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.TokenSubprotocols is not [var entry]) return null;
        return HasPrefix(entry, Plain) ? Check(entry.AsSpan(Plain.Length)) : Decode(entry.AsSpan(Encoded.Length));
    }

    /// <summary>Reads the token in a cookie. RFC 6265, section 4.2.1.</summary>
    /// <param name="headers">The headers of a request.</param>
    /// <param name="name">The cookie's name, whose case counts.</param>
    /// <returns>
    /// The token; null when there is none, or it is malformed or too long, or the cookie is there twice: then somebody who may set
    /// cookies for a part of the domain may have put one before the right one.
    /// </returns>
    public static string? FromCookie(HeaderCollection headers, string name)
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (headers["Cookie"] is not { } cookies) return null;
        ReadOnlySpan<char> found = default;
        foreach (var range in cookies.AsSpan().Split(';'))
        {
            var pair = cookies.AsSpan(range).Trim(' ');
            if (pair.Length <= name.Length || pair[name.Length] != '=' || !pair.StartsWith(name, StringComparison.Ordinal)) continue;
            if (!found.IsEmpty) return null;
            found = pair[(name.Length + 1)..];
            if (found.IsEmpty) return null;
        }

        return Check(found);
    }

    /// <summary>Compares a token with the right one, in a time that tells neither how much of it was right nor how long that is.</summary>
    /// <param name="token">What a client sent; null is never right.</param>
    /// <param name="secret">What it should be.</param>
    public static bool Matches(string? token, string secret)
    {
        ArgumentException.ThrowIfNullOrEmpty(secret);
        if (token is null) return false;
        Span<byte> given = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> right = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), given);
        SHA256.HashData(Encoding.UTF8.GetBytes(secret), right);
        return CryptographicOperations.FixedTimeEquals(given, right);
    }

    /// <summary>Refuses a request for want of a right token: 401, with the challenge of RFC 6750, section 3.</summary>
    public static UpgradeDecision Unauthorized() => UpgradeDecision.Reject(401, "A token is needed\n", Challenge);

    /// <summary>Tells whether a subprotocol is a token.</summary>
    internal static bool IsToken(string subprotocol) => HasPrefix(subprotocol, Plain) || HasPrefix(subprotocol, Encoded);

    // In any case, as the scheme of Authorization: "Bearer.TOKEN" is a secret too.
    private static bool HasPrefix(string subprotocol, string prefix) => subprotocol.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    private static string? Decode(ReadOnlySpan<char> encoded)
    {
        // Four characters for three bytes.
        if (encoded.Length > MaxLength / 3 * 4 + 4 || encoded.Contains('=') || !Base64Url.IsValid(encoded)) return null;
        var bytes = Base64Url.DecodeFromChars(encoded);
        // What is no token is no ASCII either, or is found out below.
        return Check(Encoding.Latin1.GetString(bytes));
    }

    private static string? Check(ReadOnlySpan<char> token)
    {
        if (token.IsEmpty || token.Length > MaxLength) return null;
        var body = token.TrimEnd('=');
        return body.IsEmpty || body.ContainsAnyExcept(TokenChars) ? null : token.ToString();
    }
}
