// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Checks headers that a user adds to the answer of a handshake.</summary>
public static class ResponseHeaders
{
    /// <summary>Throws when a header may not be added; any thread may call.</summary>
    /// <param name="name">The name, a token.</param>
    /// <param name="value">The value, one byte a character: no control character but HTAB, none above U+00FF.</param>
    /// <exception cref="ArgumentException">
    /// The name is no token, the value holds another character, or the name is one that the handshake writes itself:
    /// <c>Upgrade</c>, <c>Connection</c>, <c>Sec-WebSocket-*</c>, <c>Content-Length</c>, <c>Transfer-Encoding</c>,
    /// <c>Date</c>. RFC 9110, section 5.
    /// </exception>
    public static void Validate(string name, string value) => UserHeaders.Validate(name, value);
}
