// SPDX-License-Identifier: MIT
namespace Lori.Tls;

/// <summary>
/// Is what all TLS connections of one end point, or one outgoing connection, have in common: certificates, protocols, tickets.
/// Immutable, made once for its settings; when certificates are reloaded it is replaced as a whole. Any thread.
/// </summary>
/// <remarks>
/// It is not disposed of: sessions hold on to it, and another loop may be about to make one. Native parts are freed by
/// their safe handles once nobody has it.
/// </remarks>
internal abstract class TlsContext
{
    /// <summary>Gets the implementation.</summary>
    public abstract TlsImplementation Implementation { get; }

    /// <summary>Makes the session of one connection. On that connection's loop.</summary>
    /// <param name="loop">The loop, whose buffers the session may borrow.</param>
    /// <param name="events">What the session calls, only from inside of calls to it.</param>
    public abstract TlsSession CreateSession(EventLoop loop, ITlsSessionEvents events);
}
