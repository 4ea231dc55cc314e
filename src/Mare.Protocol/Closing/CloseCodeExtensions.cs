// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Answers what may be done with a <see cref="CloseCode"/>.</summary>
public static class CloseCodeExtensions
{
    /// <summary>Tells whether a close frame may carry the code.</summary>
    /// <remarks>
    /// True for the named codes and for 3000-4999. 1010 is meant for clients, yet true in both roles: a server that
    /// sends it breaks no rule that a peer could check. Any thread. RFC 6455 section 7.4.
    /// </remarks>
    /// <param name="code">The code, possibly a cast number.</param>
    /// <returns>Whether it may be sent.</returns>
    public static bool MayBeSent(this CloseCode code) => (ushort)code is
        (>= 1000 and <= 1003) or (>= 1007 and <= 1013) or (>= 3000 and <= 4999);
}
