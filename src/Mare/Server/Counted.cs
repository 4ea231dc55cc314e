// SPDX-License-Identifier: MIT
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
}
