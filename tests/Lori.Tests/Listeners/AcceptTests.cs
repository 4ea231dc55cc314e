// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Mare.Testing;

namespace Lori.Tests.Listeners;

/// <summary>Accepts in memory: refusals, failures, and who gets the connection.</summary>
public sealed class AcceptTests : IDisposable
{
    private const int AcceptFailed = 6;
    private const int AcceptResumed = 7;

    private readonly RecordingLog _log = new();
    private readonly InMemoryNetwork _network = new();
    private readonly ManualLoops _loops;
    private readonly List<RecordingActor> _actors = [];

    public AcceptTests()
    {
        _loops = new ManualLoops(_network, 3, new EventLoopOptions { LoggerFactory = _log });
    }

    public void Dispose()
    {
        _loops.Dispose();
        _loops.ThrowIfAnythingIsHeld();
        _log.Dispose();
    }

    [Fact]
    public void Connections_Many_AreSpreadOverTheLoopsByTheFewest()
    {
        var endPoint = Listen().EndPoints[0];
        // All at once, so that most are on their way while the next is placed.
        var peers = Enumerable.Range(0, 90).Select(_ => _network.Connect(endPoint)).ToList();
        _loops.RunUntilIdle();
        Assert.Equal([30, 30, 30], _loops.Usage.Select(static u => u.Connections));
        var gone = _actors.Where(a => a.Loop == _loops.Group.Loops[1]).Take(20).ToList();
        foreach (var actor in gone) peers[_actors.IndexOf(actor)].Close();
        _loops.RunUntilIdle();
        Assert.Equal([30, 10, 30], _loops.Usage.Select(static u => u.Connections));
        for (var i = 0; i < 20; i++) _network.Connect(endPoint);
        _loops.RunUntilIdle();
        Assert.Equal([30, 30, 30], _loops.Usage.Select(static u => u.Connections));
    }

    [Fact]
    public void OnAccept_ReturnsNull_EndsTheConnection()
    {
        var listener = new TestListener(_loops.Group, static _ => null);
        var peer = _network.Connect(Start(listener).EndPoints[0]);
        _loops.RunUntilIdle();
        Assert.True(peer.IsEndOfStream);
        Assert.Equal(0, _loops.Usage.Sum(static u => u.Connections));
    }

    [Fact]
    public void OnAccept_Throws_IsLoggedAndTheListenerLivesOn()
    {
        var times = 0;
        var listener = new TestListener(_loops.Group, _ => times++ == 0 ? throw new FormatException() : new RecordingActor());
        Start(listener);
        var first = _network.Connect(listener.EndPoints[0]);
        var second = _network.Connect(listener.EndPoints[0]);
        _loops.RunUntilIdle();
        Assert.True(first.IsEndOfStream);
        Assert.False(second.IsEndOfStream);
        Assert.Equal(1, _log.CountOf(4));
    }

    [Fact]
    public void Accept_NoDescriptorsLeft_PausesLongerEachTimeAndThenRecovers()
    {
        var endPoint = Listen().EndPoints[0];
        _network.FailAccepts(6, SocketError.TooManyOpenSockets);
        var peer = _network.Connect(endPoint);
        Assert.InRange(_loops.RunUntilIdle(), 1, 3);
        // 50, 100, 200, 400, 800 ms, then a second at most.
        _loops.Advance(TimeSpan.FromMilliseconds(50 + 100 + 200 + 400 + 800 + 999));
        Assert.Empty(_actors);
        Assert.Equal((1, 0), (_log.CountOf(AcceptFailed), _log.CountOf(AcceptResumed)));
        _loops.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Single(_actors);
        peer.Send([1]);
        _loops.RunUntilIdle();
        Assert.Equal([1], _actors[0].Received);
        _loops.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal((1, 0), (_log.CountOf(AcceptFailed), _log.CountOf(AcceptResumed)));
        _loops.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((1, 1), (_log.CountOf(AcceptFailed), _log.CountOf(AcceptResumed)));
    }

    [Fact]
    public void Accept_OneDescriptorFreeNowAndThen_IsOneExhaustionInTheLog()
    {
        var endPoint = Listen().EndPoints[0];
        for (var i = 0; i < 5; i++)
        {
            _network.FailAccepts(1, SocketError.TooManyOpenSockets);
            _network.Connect(endPoint);
            _loops.RunUntilIdle();
            _loops.Advance(TimeSpan.FromMilliseconds(900));
            Assert.Equal(i + 1, _actors.Count);
            Assert.Equal((1, 0), (_log.CountOf(AcceptFailed), _log.CountOf(AcceptResumed)));
        }

        _loops.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((1, 1), (_log.CountOf(AcceptFailed), _log.CountOf(AcceptResumed)));
        // The next one is news again.
        _network.FailAccepts(1, SocketError.TooManyOpenSockets);
        _network.Connect(endPoint);
        _loops.RunUntilIdle();
        Assert.Equal((2, 1), (_log.CountOf(AcceptFailed), _log.CountOf(AcceptResumed)));
    }

    [Fact]
    public async Task ListenAsync_Twice_Throws()
    {
        var listener = Listen();
        var again = listener.ListenAsync(new ListenOptions { Host = "127.0.0.1" });
        _loops.RunUntilIdle();
        await Assert.ThrowsAsync<InvalidOperationException>(() => again);
        Assert.Single(listener.EndPoints);
    }

    [Fact]
    public void ListenAsync_OnListeningThrows_EndsAllTheSame()
    {
        var listener = new TestListener(_loops.Group, static _ => null) { WhenListening = static () => throw new FormatException() };
        Start(listener);
        Assert.Single(listener.EndPoints);
        Assert.Equal(1, _log.CountOf(4));
    }

    [Theory]
    [InlineData(-1, 1, "localhost")]
    [InlineData(65_536, 1, "localhost")]
    [InlineData(0, 0, "localhost")]
    [InlineData(0, 65_536, "localhost")]
    [InlineData(0, 1, " ")]
    public async Task ListenAsync_OptionOutOfRange_Throws(int port, int backlog, string host)
    {
        var listener = new TestListener(_loops.Group, static _ => null);
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => listener.ListenAsync(new ListenOptions { Port = port, Backlog = backlog, Host = host }));
    }

    [Fact]
    public void StopListening_ConnectionsInTheBacklog_AreRefused()
    {
        var listener = Listen();
        var stopping = listener.StopListeningAsync();
        var accepted = _network.Connect(listener.EndPoints[0]);
        _network.FailAccepts(1, SocketError.TooManyOpenSockets); // so that one stays in the backlog
        _loops.RunUntilDone(stopping);
        Assert.True(accepted.WasReset);
    }

    [Fact]
    public void Name_WithTwoAddresses_HasOnePortOnBoth()
    {
        var listener = Open(port: 0);
        var ports = listener.EndPoints.Cast<IPEndPoint>().Select(static e => e.Port).ToList();
        Assert.Equal([ports[0], ports[0]], ports);
    }

    [Fact]
    public void Name_PortChosenForTheFirstIsInUseOnTheSecond_AsksForAnother()
    {
        var taken = ((IPEndPoint)Open(port: 0).EndPoints[1]).Port;
        // The network gives the next port, which is taken at the second address only.
        var six = new ListenOptions { Host = "::1", Port = taken + 1 };
        _loops.RunUntilDone(new TestListener(_loops.Group, static _ => null).ListenAsync(six));
        var listener = Open(port: 0);
        Assert.All(listener.EndPoints, e => Assert.Equal(taken + 2, ((IPEndPoint)e).Port));
    }

    [Fact]
    public void Name_PortInUseOnTheSecondAddress_ListensOnNone()
    {
        var six = new ListenOptions { Host = "::1", Port = 4000 };
        _loops.RunUntilDone(new TestListener(_loops.Group, static _ => null).ListenAsync(six));
        var e = Assert.Throws<ListenException>(() => Open(port: 4000));
        Assert.Equal(SocketError.AddressAlreadyInUse, e.SocketErrorCode);
        Assert.Throws<SocketException>(() => _network.Connect(new IPEndPoint(IPAddress.Loopback, 4000)));
    }

    /// <summary>Listens on two addresses, as on a name that has both.</summary>
    private TcpListener Open(int port)
    {
        IPEndPoint[] addresses = [new(IPAddress.Loopback, port), new(IPAddress.IPv6Loopback, port)];
        (TcpListener? Listener, Exception? Error) result = default;
        _loops.Group.Loops[0].Post(
            _ => result.Error = Record.Exception(
                () => result.Listener = TcpListener.Open(_loops.Group, addresses, new ListenOptions { Port = port }, null, static _ => null)),
            0);
        _loops.RunUntilIdle();
        return result.Error is null ? result.Listener! : throw result.Error;
    }

    private TestListener Listen() => Start(new TestListener(_loops.Group, _ =>
    {
        _actors.Add(new RecordingActor());
        return _actors[^1];
    }));

    private TestListener Start(TestListener listener)
    {
        _loops.RunUntilDone(listener.ListenAsync(new ListenOptions { Host = "127.0.0.1" }));
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)listener.EndPoints[0]).Address);
        return listener;
    }
}
