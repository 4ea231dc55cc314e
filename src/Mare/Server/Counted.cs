// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare;

/// <summary>Names what a server counts, as an index; <see cref="WebSocketServerStatistics"/> has the words.</summary>
internal enum Counted
{
    OriginRefused,
    HostRefused,
    DeadPeer,
    TcpConnectionRefused,
    ConnectionRefused,
    AddressRefused,
    HandshakeRefused,
    HandshakeTimedOut,
    HandshakeTooLarge,
    SendRefused,
    SlowPeerClosed,
    MessageDropped,
    MessageReplaced,
    RateExceeded,
    ControlFlood,
    MessageTooBig,
    PartialMessageRefused,
    IdleTimedOut,
    CloseTimedOut,
}

/// <summary>Tells what is counted of the errors of peers.</summary>
internal static class Counts
{
    /// <summary>Gets the limit that a peer has met by an error; null for an error that is no limit.</summary>
    public static Counted? Of(ProtocolError error) => error switch
    {
        ProtocolError.MessageTooBig or ProtocolError.TooManyFragments or ProtocolError.InflateRatioExceeded => Counted.MessageTooBig,
        ProtocolError.PartialMessageBudgetExceeded => Counted.PartialMessageRefused,
        _ => null,
    };
}
