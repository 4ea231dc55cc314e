// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori;

/// <summary>Turns what the system says of an attempt into a reason and the end of a sentence: the one table.</summary>
internal static class ConnectErrors
{
    public static (ConnectFailure Reason, string Text) Explain(EndPoint endPoint, SocketError error) => error switch
    {
        // ENOENT, as .NET calls it.
        SocketError.AddressNotAvailable when endPoint is UnixDomainSocketEndPoint => (ConnectFailure.Refused, "there is no such socket"),
        SocketError.ConnectionRefused => (ConnectFailure.Refused, "nobody listens there"),
        // connect(2), EAGAIN: only a Unix domain socket says so.
        SocketError.WouldBlock => (ConnectFailure.Refused, "too many connections wait there to be accepted"),
        SocketError.TimedOut => (ConnectFailure.TimedOut, "no answer came"),
        SocketError.NetworkUnreachable or SocketError.NetworkDown => (ConnectFailure.Unreachable, "the network cannot be reached"),
        SocketError.HostUnreachable or SocketError.HostDown => (ConnectFailure.Unreachable, "the host cannot be reached"),
        SocketError.AddressFamilyNotSupported or SocketError.ProtocolFamilyNotSupported or SocketError.ProtocolNotSupported =>
            (ConnectFailure.Unreachable, "this machine does not carry that IP version"),
        SocketError.AddressNotAvailable => (ConnectFailure.Unreachable, "this machine has no address to reach it from"),
        SocketError.AccessDenied => (ConnectFailure.AccessDenied, "access denied"),
        SocketError.TooManyOpenSockets => (ConnectFailure.Exhausted, "too many open files"),
        SocketError.NoBufferSpaceAvailable => (ConnectFailure.Exhausted, "no memory for one more socket"),
        SocketError.ConnectionReset => (ConnectFailure.Other, "the connection was reset at once"),
        SocketError.OperationNotSupported => (ConnectFailure.Other, "this kind of event loop has no outgoing connections"),
        _ => (ConnectFailure.Other, new SocketException((int)error).Message.TrimEnd('.')),
    };
}
