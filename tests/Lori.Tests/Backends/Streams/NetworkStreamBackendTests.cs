// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori.Backends;
using Lori.Backends.Streams;

namespace Lori.Tests.Backends.Streams;

/// <summary>Runs the contract on NetworkStreams over loopback sockets.</summary>
public sealed class NetworkStreamBackendTests() : NetworkStreamContract(static stream => stream);

/// <summary>Runs the contract on a stream of which nothing is known but what every stream promises.</summary>
public sealed class PlainStreamBackendTests() : NetworkStreamContract(static stream => new PlainStream(stream))
{
    private protected override bool CanReset => false;
}

public abstract class NetworkStreamContract : StreamBackendContract
{
    private readonly Func<NetworkStream, Stream> _wrap;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private protected NetworkStreamContract(Func<NetworkStream, Stream> wrap)
    {
        _wrap = wrap;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    private protected override EndPoint ServerEndPoint => _listener.LocalEndPoint!;

    // It shuts down before it closes, and the peer may see the one or the other.
    private protected override bool ResetsWhenUnread => false;

    private protected override bool TellsResetWhileStopped => false;

    private protected override (AcceptedSocket Socket, ContractPeer Peer) ConnectPair()
    {
        var peer = new SocketPeer(_listener.LocalEndPoint!);
        // The peer's connect has returned: the connection waits in the backlog.
        var stream = _wrap(new NetworkStream(_listener.Accept(), ownsSocket: true));
        return (AcceptedStream.Of(stream, _listener.LocalEndPoint, peer.LocalEndPoint), peer);
    }

    private protected override void DisposeListener()
    {
        _listener.Dispose();
        base.DisposeListener();
    }
}
