// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori.Backends;

namespace Lori.Tests.Backends;

public abstract partial class NetworkBackendContract
{
    /// <summary>Gets an address of this machine on which nobody listens, as long as the test runs.</summary>
    private protected abstract EndPoint NobodysEndPoint();

    [Fact]
    public void Connect_ToAListener_IsToldOnceInALaterTurn()
    {
        var made = new RecordingConnectEvents();
        _ = Backend.Connect(_listener.LocalEndPoint, new TcpConnectionOptions(), made);
        Assert.Null(made.Socket);
        Pump("connecting", () => made.Socket is not null && _accepted.Sockets.Count > 0);
        Turns(10);
        Assert.Equal(1, made.Tellings);
        Assert.Equal(_listener.LocalEndPoint, made.Socket!.RemoteEndPoint);
        made.Socket.Dispose();
    }

    [Fact]
    public void Connect_BothEndsOnThisBackend_BytesAndEndsGoBothWays()
    {
        var (client, server) = ConnectOwn();
        Assert.Equal(client.Transport.LocalEndPoint, server.Transport.RemoteEndPoint);
        Assert.Equal(server.Transport.LocalEndPoint, client.Transport.RemoteEndPoint);
        var up = RandomBytes(100_000);
        var down = RandomBytes(90_000);
        SendAll(client, Blocks(up));
        SendAll(server, Blocks(down));
        Pump("sending both ways", () => server.Events.Received.Length == up.Length && client.Events.Received.Length == down.Length);
        Assert.Equal(up, server.Events.Received);
        Assert.Equal(down, client.Events.Received);
        client.ShutdownSend();
        Pump("waiting for the end at the server", () => server.Events.Ends == 1);
        Assert.Equal(0, client.Events.Ends);
        server.Close();
        Pump("waiting for the end at the client", () => client.Events.Ends == 1);
        Assert.Empty(client.Events.Failures);
    }

    [Fact]
    public void Connect_ThenReset_TheOtherEndFails()
    {
        var (client, server) = ConnectOwn();
        client.Close(reset: true);
        Pump("waiting for the reset", () => server.Events.Failures.Count > 0);
        Assert.Equal([SocketError.ConnectionReset], server.Events.Failures);
    }

    [Fact]
    public void Connect_NobodyListens_FailsOnce()
    {
        var made = new RecordingConnectEvents();
        try
        {
            _ = Backend.Connect(NobodysEndPoint(), new TcpConnectionOptions(), made);
            Assert.Null(made.Error);
        }
        catch (SocketException e)
        {
            made.OnConnectFailed(e.SocketErrorCode);
        }

        Pump("waiting for the refusal", () => made.Error is not null);
        Turns(10);
        Assert.Equal(SocketError.ConnectionRefused, made.Error);
        Assert.Equal(1, made.Tellings);
    }

    [Fact]
    public void Connect_Abandoned_TellsNothing()
    {
        var made = new RecordingConnectEvents();
        var attempt = Backend.Connect(_listener.LocalEndPoint, new TcpConnectionOptions(), made);
        attempt.Abandon();
        attempt.Abandon();
        Turns(20);
        Assert.Equal(0, made.Tellings);
        // The kernel may have accepted it meanwhile: then it sees its end.
        while (_accepted.Sockets.TryDequeue(out var socket)) AssertEnds(socket);
    }

    [Fact]
    public void Connect_AbandonedInTheTurnOfItsAnswer_TellsNothing()
    {
        var first = new RecordingConnectEvents();
        var second = new RecordingConnectEvents();
        var attempts = new[]
        {
            Backend.Connect(_listener.LocalEndPoint, new TcpConnectionOptions(), first),
            Backend.Connect(_listener.LocalEndPoint, new TcpConnectionOptions(), second),
        };
        first.WhenTold = attempts[1].Abandon;
        second.WhenTold = attempts[0].Abandon;
        Pump("connecting", () => first.Tellings + second.Tellings > 0);
        Turns(20);
        // Both were ready; whoever came first has silenced the other.
        Assert.Equal(1, first.Tellings + second.Tellings);
        (first.Socket ?? second.Socket)!.Dispose();
        while (_accepted.Sockets.TryDequeue(out var socket)) AssertEnds(socket);
    }

    [Fact]
    public void Connect_ToldThenAbandoned_LeavesTheConnectionAlone()
    {
        var (client, server) = ConnectOwn(static attempt => attempt.Abandon());
        SendAll(client, Blocks([1, 2]));
        Pump("receiving", () => server.Events.Received.Length == 2);
    }

    /// <summary>Connects to this backend's own listener and takes both ends.</summary>
    private (ContractConnection Client, ContractConnection Server) ConnectOwn(Action<PendingConnect>? afterwards = null)
    {
        var made = new RecordingConnectEvents();
        var attempt = Backend.Connect(_listener.LocalEndPoint, new TcpConnectionOptions(), made);
        Pump("connecting", () => made.Socket is not null && _accepted.Sockets.Count > 0);
        afterwards?.Invoke(attempt);
        return (Attach(made.Socket!, NoPeer.Instance, receive: true), Attach(_accepted.Sockets.Dequeue(), NoPeer.Instance, receive: true));
    }

    private void AssertEnds(AcceptedSocket socket)
    {
        var c = Attach(socket, NoPeer.Instance, receive: true);
        Pump("waiting for the end of a connection that was given up", () => c.Events.Ends + c.Events.Failures.Count > 0);
    }

    private sealed class RecordingConnectEvents : IConnectEvents
    {
        public AcceptedSocket? Socket { get; private set; }

        public SocketError? Error { get; private set; }

        public int Tellings { get; private set; }

        public Action? WhenTold { get; set; }

        public void OnConnected(AcceptedSocket socket)
        {
            Tellings++;
            Socket = socket;
            WhenTold?.Invoke();
        }

        public void OnConnectFailed(SocketError error)
        {
            Tellings++;
            Error = error;
            WhenTold?.Invoke();
        }
    }
}
