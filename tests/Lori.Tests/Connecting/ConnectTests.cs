// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Mare.Testing;

namespace Lori.Tests.Connecting;

/// <summary>Connects to one address: success, and what may go wrong.</summary>
public sealed class ConnectTests : IDisposable
{
    private readonly ConnectNetwork _net = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _net.Dispose();

    [Fact]
    public void Connect_SomebodyListens_StartsBothActorsAndEndsTheTask()
    {
        var port = _net.Listen();
        var (actor, done) = _net.Connect(To(port));
        Assert.True(done.IsCompletedSuccessfully);
        Assert.Equal(["OnStarted"], actor.Calls);
        Assert.Same(_net.Loop, actor.Loop);
        Assert.Equal(["OnStarted"], Assert.Single(_net.Accepted).Calls);
        Assert.Equal(1, _net.Loop.ConnectionCount);
    }

    [Fact]
    public void Connect_ThenTalk_BytesGoBothWaysAndBothEndsClose()
    {
        var port = _net.Listen();
        var (actor, _) = _net.Connect(To(port));
        var server = _net.Accepted[0];
        server.WhenReceived = static (me, data) => me.Connection.Send(data);
        Assert.True(actor.Post(static me => me.Connection.Send("hello"u8)));
        _net.Loops.RunUntilIdle();
        Assert.Equal("hello"u8, actor.Received);
        Assert.True(actor.Post(static me => me.Connection.Close()));
        _net.Loops.RunUntilIdle();
        Assert.Equal((CloseCause.ClosedLocally, CloseCause.ClosedByPeer), (actor.Cause, server.Cause));
        _net.Loops.ThrowIfAnythingIsHeld();
    }

    [Fact]
    public void Connect_OnAHostileNetwork_ArrivesAllTheSame()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var net = new ConnectNetwork(InMemoryNetworkOptions.Hostile(seed));
            var port = net.Listen();
            var (actor, done) = net.Connect(To(port));
            Assert.True(done.IsCompletedSuccessfully);
            var sent = new byte[5000];
            new Random(seed).NextBytes(sent);
            Assert.True(actor.Post(static (me, data) => me.Connection.Send(data), sent));
            net.Loops.RunUntilIdle();
            Assert.Equal(sent, net.Accepted[0].Received);
        }
    }

    [Fact]
    public void Connect_FromACallbackOfItsLoop_StartsInALaterTurn()
    {
        var port = _net.Listen();
        var other = new EmptyActor(_net.Loop);
        var actor = new RecordingActor();
        other.Post(me =>
        {
            _ = actor.ConnectAsync(_net.Loop, To(port), Cancelled);
            Assert.Empty(actor.Calls);
        });
        _net.Loops.RunUntilIdle();
        Assert.Empty(other.Failures);
        Assert.Equal(["OnStarted"], actor.Calls);
    }

    [Fact]
    public void Connect_NobodyListens_IsRefused()
    {
        var error = ConnectNetwork.AssertFailed(_net.Connect(To(9)), ConnectFailure.Refused);
        Assert.Equal("Cannot connect to 127.0.0.1:9: nobody listens there.", error.Message);
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
        _net.Loops.ThrowIfAnythingIsHeld();
    }

    [Theory]
    [InlineData(SocketError.NetworkUnreachable, ConnectFailure.Unreachable)]
    [InlineData(SocketError.HostUnreachable, ConnectFailure.Unreachable)]
    [InlineData(SocketError.AddressFamilyNotSupported, ConnectFailure.Unreachable)]
    [InlineData(SocketError.TimedOut, ConnectFailure.TimedOut)]
    [InlineData(SocketError.AccessDenied, ConnectFailure.AccessDenied)]
    [InlineData(SocketError.TooManyOpenSockets, ConnectFailure.Exhausted)]
    [InlineData(SocketError.NoBufferSpaceAvailable, ConnectFailure.Exhausted)]
    [InlineData(SocketError.ConnectionReset, ConnectFailure.Other)]
    [InlineData(SocketError.OperationNotSupported, ConnectFailure.Other)]
    [InlineData(SocketError.Fault, ConnectFailure.Other)]
    public void Connect_TheSystemSaysNo_HasItsReasonAndASentence(SocketError said, ConnectFailure reason)
    {
        var port = _net.Listen();
        _net.Network.FailConnects(new IPEndPoint(IPAddress.Loopback, port), said);
        var error = ConnectNetwork.AssertFailed(_net.Connect(To(port)), reason);
        Assert.Matches(@"^Cannot connect to 127\.0\.0\.1:\d+: [^.]+\.$", error.Message);
        Assert.Equal(said, error.SocketErrorCode);
        Assert.Empty(_net.Accepted);
    }

    [Fact]
    public void Connect_FailedThenAllowed_AnotherActorSucceeds()
    {
        var port = _net.Listen();
        var endPoint = new IPEndPoint(IPAddress.Loopback, port);
        _net.Network.FailConnects(endPoint, SocketError.HostUnreachable);
        ConnectNetwork.AssertFailed(_net.Connect(To(port)), ConnectFailure.Unreachable);
        _net.Network.AllowConnects(endPoint);
        Assert.True(_net.Connect(To(port)).Done.IsCompletedSuccessfully);
    }

    [Fact]
    public void OnConnectFailure_Throws_TheTaskFailsWithTheConnectExceptionAllTheSame()
    {
        using var net = new ConnectNetwork();
        var actor = new FailingActor();
        var done = actor.ConnectAsync(net.Loop, To(9), Cancelled);
        net.Loops.RunUntilIdle();
        Assert.IsType<ConnectException>(done.Exception!.InnerException);
        Assert.Equal("by the test", Assert.Single(actor.Failures).Message);
    }

    [Fact]
    public void OnStarted_Throws_TheTaskEndsAndTheConnectionIsDropped()
    {
        var port = _net.Listen();
        var actor = new FailingActor();
        var done = actor.ConnectAsync(_net.Loop, To(port), Cancelled);
        _net.Loops.RunUntilIdle();
        Assert.True(done.IsCompletedSuccessfully);
        Assert.Equal("by the test", Assert.Single(actor.Failures).Message);
        Assert.Equal(CloseCause.Broken, _net.Accepted[0].Cause);
        _net.Loops.ThrowIfAnythingIsHeld();
    }

    [Fact]
    public void Connect_AnActorThatConnectedBefore_ThrowsAtOnce()
    {
        var port = _net.Listen();
        var (actor, _) = _net.Begin(To(port));
        Assert.Throws<InvalidOperationException>(() => { _ = actor.ConnectAsync(_net.Loop, To(port), Cancelled); });
        _net.Loops.RunUntilIdle();
        Assert.Throws<InvalidOperationException>(() => { _ = actor.ConnectAsync(_net.Loop, To(port), Cancelled); });
        var accepted = _net.Accepted[0];
        Assert.Throws<InvalidOperationException>(() => { _ = accepted.ConnectAsync(accepted.Loop, To(port), Cancelled); });
        Assert.Equal(["OnStarted"], actor.Calls);
    }

    public static TheoryData<string, ConnectOptions> WrongOptions => new()
    {
        { "no port", new ConnectOptions() },
        { "port", new ConnectOptions { Port = 65_536 } },
        { "host", new ConnectOptions { Port = 1, Host = " " } },
        { "long host", new ConnectOptions { Port = 1, Host = new string('a', 256) } },
        { "time-out", new ConnectOptions { Port = 1, Timeout = TimeSpan.Zero } },
        { "long time-out", new ConnectOptions { Port = 1, Timeout = TimeSpan.FromDays(25) } },
        { "version", new ConnectOptions { Port = 1, IPVersion = (IPVersion)7 } },
        { "host for TLS", new ConnectOptions { Port = 1, Host = "no host", Tls = new TlsClientOptions() } },
        { "path", new ConnectOptions { UnixSocketPath = "" } },
        { "long path", new ConnectOptions { UnixSocketPath = new string('a', 108) } },
        { "connection", new ConnectOptions { Port = 1, Connection = new TcpConnectionOptions { HighWaterMark = 1 } } },
    };

    [Theory]
    [MemberData(nameof(WrongOptions), DisableDiscoveryEnumeration = true)]
    public void Connect_AnOptionOutOfItsRange_ThrowsAtOnceAndTheActorIsFree(string what, ConnectOptions options)
    {
        var actor = new RecordingActor();
        Assert.True(Record.Exception(() => { _ = actor.ConnectAsync(_net.Loop, options, Cancelled); }) is ArgumentException, what);
        Assert.Empty(actor.Calls);
        _ = actor.ConnectAsync(_net.Loop, To(_net.Listen()), Cancelled);
        _net.Loops.RunUntilIdle();
        Assert.Equal(["OnStarted"], actor.Calls);
    }

    private static ConnectOptions To(int port) => new() { Host = "127.0.0.1", Port = port };

    private sealed class FailingActor : TcpConnectionActor
    {
        public List<Exception> Failures { get; } = [];

        private bool _started;

        protected override void OnStarted()
        {
            _started = true;
            throw new InvalidOperationException("by the test");
        }

        protected override void OnConnectFailure(ConnectException error) => throw new InvalidOperationException("by the test");

        protected override void OnUnhandledException(Exception exception)
        {
            Failures.Add(exception);
            if (_started) Connection.Abort();
        }
    }
}
