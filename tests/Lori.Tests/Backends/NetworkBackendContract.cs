// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori.Backends;

namespace Lori.Tests.Backends;

/// <summary>Is what every backend with a network promises beyond <see cref="BackendContract"/>: it listens and connects.</summary>
public abstract partial class NetworkBackendContract : BackendContract
{
    private readonly BackendListener _listener;
    private readonly RecordingListenerEvents _accepted = new();

    private protected NetworkBackendContract(Backend backend)
        : base(backend)
    {
        _listener = backend.Listen(new IPEndPoint(IPAddress.Loopback, 0), new ListenOptions(), _accepted);
    }

    private protected override EndPoint ServerEndPoint => _listener.LocalEndPoint;

    private protected abstract ContractPeer ConnectPeer(EndPoint endPoint);

    private protected override (AcceptedSocket Socket, ContractPeer Peer) ConnectPair()
    {
        var peer = ConnectPeer(_listener.LocalEndPoint);
        Pump("accepting", () => _accepted.Sockets.Count > 0);
        return (_accepted.Sockets.Dequeue(), peer);
    }

    private protected override void DisposeListener()
    {
        _listener.Close();
        foreach (var socket in _accepted.Sockets) socket.Dispose();
    }

    [Fact]
    public void Listener_PortZero_ChoosesAPort() =>
        Assert.NotEqual(0, ((IPEndPoint)_listener.LocalEndPoint).Port);

    [Fact]
    public void Listener_AddressInUse_Throws()
    {
        var e = Assert.Throws<System.Net.Sockets.SocketException>(
            () => Backend.Listen(_listener.LocalEndPoint, new ListenOptions(), _accepted));
        Assert.Equal(System.Net.Sockets.SocketError.AddressAlreadyInUse, e.SocketErrorCode);
    }

    [Fact]
    public void Listener_NotAccepting_AcceptsWhenItIsAgain()
    {
        _listener.SetAccepting(false);
        using var peer = ConnectPeer(_listener.LocalEndPoint);
        Turns(10);
        Assert.Empty(_accepted.Sockets);
        _listener.SetAccepting(true);
        Pump("accepting", () => _accepted.Sockets.Count == 1);
    }

    [Fact]
    public void AcceptedSocket_Disposed_EndsThePeer()
    {
        using var peer = ConnectPeer(_listener.LocalEndPoint);
        Pump("accepting", () => _accepted.Sockets.Count == 1);
        _accepted.Sockets.Dequeue().Dispose();
        Pump("waiting for the end at the peer", () =>
        {
            peer.Poll();
            return peer.IsEndOfStream || peer.WasReset;
        });
    }

    private sealed class RecordingListenerEvents : IListenerEvents
    {
        public Queue<AcceptedSocket> Sockets { get; } = new();

        public void OnAccepted(AcceptedSocket socket) => Sockets.Enqueue(socket);

        public void OnAcceptFailed(SocketError error) => Assert.Fail($"accept failed: {error}");
    }
}
