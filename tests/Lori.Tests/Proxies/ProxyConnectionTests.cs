// SPDX-License-Identifier: MIT
using System.Net;
using Mare.Testing;

namespace Lori.Tests.Proxies;

/// <summary>Connections of listed proxies, in memory: who hears what, under which address.</summary>
public sealed class ProxyConnectionTests
{
    private static readonly byte[] Header = ProxyHeaderBytes.V2(ProxyServer.Source, ProxyServer.Destination);

    public static TheoryData<int> LoopCounts => [1, 3];

    public static TheoryData<int, int> HostileRuns =>
        [.. Enumerable.Range(0, 40).Select(static i => new TheoryDataRow<int, int>(i / 2, i % 2 == 0 ? 1 : 3))];

    [Theory]
    [MemberData(nameof(LoopCounts))]
    public void Connection_WithAHeader_HasTheClientsAddresses(int loops)
    {
        using var server = new ProxyServer(loops: loops);
        for (var i = 0; i < loops; i++) server.Connect([.. Header, .. "hello"u8]);
        Assert.Equal(loops, server.Actors.Select(static a => a.Loop).Distinct().Count());
        foreach (var actor in server.Actors)
        {
            Assert.Equal(ProxyServer.Source, actor.Connection.RemoteEndPoint);
            Assert.Equal(ProxyServer.Destination, actor.Connection.LocalEndPoint);
            Assert.True(actor.Connection.Proxy!.IsProxied);
            Assert.Equal(IPAddress.Parse("10.0.0.7"), ((IPEndPoint)actor.Connection.Proxy.ProxyEndPoint!).Address);
            Assert.Equal("hello"u8.ToArray(), actor.Received);
        }

        Assert.All(server.Asked, static remote => Assert.Equal(ProxyServer.Source, remote));
        Assert.Equal(loops, server.Connections);
    }

    [Theory]
    [MemberData(nameof(LoopCounts))]
    public void Connection_WithoutItsHeaderYet_IsNobodys(int loops)
    {
        using var server = new ProxyServer(loops: loops);
        var peer = server.Connect(Header.AsSpan(0, Header.Length - 1));
        Assert.Empty(server.Asked);
        Assert.Equal(1, server.Connections);
        server.Send(peer, Header.AsSpan(Header.Length - 1));
        Assert.Equal(["OnStarted"], server.Actor.Calls);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [MemberData(nameof(HostileRuns))]
    public void Connection_OverAHostileNetwork_ComesThroughWhole(int seed, int loops)
    {
        // Longer than what the header is read in, so that it takes several sends, and echoed, so that both ways pass.
        var message = new byte[5000];
        new Random(seed).NextBytes(message);
        using var server = new ProxyServer(InMemoryNetworkOptions.Hostile(seed), loops, prepare: static actor =>
            actor.WhenReceived = static (actor, data) => actor.Connection.Send(data));
        var peer = server.Connect([.. seed % 2 == 0 ? Header : ProxyHeaderBytes.V1(ProxyServer.Source, ProxyServer.Destination), .. message]);
        Assert.Equal(message, server.Actor.Received);
        Assert.Equal(message, peer.ReceiveAll());
        Assert.Equal(ProxyServer.Source, server.Actor.Connection.RemoteEndPoint);
        peer.ShutdownSend();
        server.Loops.RunUntilIdle();
        Assert.Equal(CloseCause.ClosedByPeer, server.Actor.Cause);
        Assert.True(peer.IsEndOfStream);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public void Connection_FromElsewhere_IsServedAsItComes()
    {
        using var server = new ProxyServer();
        var peer = server.Connect("10.0.1.7");
        Assert.Null(server.Actor.Connection.Proxy);
        server.Send(peer, Header);
        Assert.Equal(Header, server.Actor.Received);
        Assert.Equal(IPAddress.Parse("10.0.1.7"), ((IPEndPoint)server.Actor.Connection.RemoteEndPoint!).Address);
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0")]
    public void Connection_OfTheProxyItself_KeepsItsAddress(string header)
    {
        using var server = new ProxyServer();
        server.Connect([.. System.Text.Encoding.Latin1.GetBytes(header), 1, 2, 3]);
        Assert.False(server.Actor.Connection.Proxy!.IsProxied);
        Assert.Equal(IPAddress.Parse("10.0.0.7"), ((IPEndPoint)server.Actor.Connection.RemoteEndPoint!).Address);
        Assert.Equal(server.Actor.Connection.Proxy.ProxyEndPoint, server.Actor.Connection.RemoteEndPoint);
        Assert.Equal([1, 2, 3], server.Actor.Received);
    }

    [Fact]
    public void Connection_OfAClientWithoutAddress_HasNone()
    {
        using var server = new ProxyServer();
        server.Connect(ProxyHeaderBytes.V2(0x21, ProxyHeaderBytes.UnixStream, new byte[216]));
        Assert.Null(server.Actor.Connection.RemoteEndPoint);
        Assert.Null(Assert.Single(server.Asked));
        Assert.True(server.Actor.Connection.Proxy!.IsProxied);
    }

    [Fact]
    public void Connection_ThatClosed_HasNoAddressOfItsOwn()
    {
        EndPoint? local = null, remote = null;
        using var server = new ProxyServer(prepare: actor => actor.WhenClosed = a => (local, remote) = (a.Connection.LocalEndPoint, a.Connection.RemoteEndPoint));
        server.Connect(Header).Close();
        server.Loops.RunUntilIdle();
        Assert.Null(local);
        Assert.Equal(ProxyServer.Source, remote);
    }

    [Theory]
    [MemberData(nameof(LoopCounts))]
    public void Client_ThatTheListenerRefuses_IsClosed(int loops)
    {
        using var server = new ProxyServer(loops: loops, refuses: true);
        // On every loop.
        var peers = Enumerable.Range(0, loops).Select(_ => server.Connect()).ToList();
        foreach (var peer in peers) server.Send(peer, Header);
        Assert.Equal(Enumerable.Repeat(ProxyServer.Source, loops), server.Asked);
        Assert.All(peers, static peer => Assert.True(peer.IsEndOfStream));
        Assert.Equal(0, server.Connections);
        Assert.Equal(0, server.Listener.ProxyHeadersRefused);
    }

    [Fact]
    public void Header_ThatIsNone_DropsTheConnectionAndIsCounted()
    {
        using var server = new ProxyServer();
        var peer = server.Connect("GET / HTTP/1.1\r\n"u8);
        Assert.True(peer.WasReset);
        Assert.Empty(server.Asked);
        Assert.Equal(1, server.Listener.ProxyHeadersRefused);
        Assert.Equal(0, server.Connections);
        var line = Assert.Single(server.Log.Lines, static l => l.Id == ProxyServer.HeaderRefused);
        Assert.Equal("Dropped 1 connections of proxies for their PROXY headers; the last, from 10.0.0.7:57000, was malformed", line.Text);
    }

    [Fact]
    public void Header_ThatIsLate_DropsTheConnectionAtTheDeadline()
    {
        using var server = new ProxyServer();
        var peer = server.Connect(Header.AsSpan(0, 20));
        server.Loops.Advance(TimeSpan.FromSeconds(9.999));
        Assert.False(peer.WasReset);
        server.Loops.Advance(TimeSpan.FromSeconds(0.001));
        Assert.True(peer.WasReset);
        Assert.Equal(1, server.Listener.ProxyHeadersRefused);
        Assert.Equal(0, server.Connections);
        Assert.Contains("was late", Assert.Single(server.Log.Lines, static l => l.Id == ProxyServer.HeaderRefused).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Header_ThatTrickles_IsLateAllTheSame()
    {
        using var server = new ProxyServer();
        var peer = server.Connect();
        for (var i = 0; i < 10; i++)
        {
            server.Send(peer, Header.AsSpan(i, 1));
            server.Loops.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(peer.WasReset);
    }

    [Fact]
    public void Deadline_OfAHeaderThatCame_IsOver()
    {
        using var server = new ProxyServer();
        server.Connect(Header);
        server.Loops.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(server.Actor.Cause);
    }

    [Fact]
    public void Header_CutShort_IsCountedAndALookWithoutAByteIsNot()
    {
        using var server = new ProxyServer();
        server.Connect().Close();
        server.Connect().Reset();
        server.Loops.RunUntilIdle();
        Assert.Equal(0, server.Listener.ProxyHeadersRefused);
        server.Connect(Header.AsSpan(0, 5)).Close();
        server.Connect(Header.AsSpan(0, 5)).Reset();
        server.Loops.RunUntilIdle();
        Assert.Equal(2, server.Listener.ProxyHeadersRefused);
        Assert.Equal(0, server.Connections);
        Assert.Empty(server.Asked);
    }

    [Fact]
    public void Refusals_Many_AreLoggedOnceAMinute()
    {
        using var server = new ProxyServer(loops: 3);
        for (var i = 0; i < 50; i++) server.Connect("x"u8);
        Assert.Equal(1, server.Log.CountOf(ProxyServer.HeaderRefused));
        server.Loops.Advance(TimeSpan.FromSeconds(59));
        server.Connect("x"u8);
        Assert.Equal(1, server.Log.CountOf(ProxyServer.HeaderRefused));
        server.Loops.Advance(TimeSpan.FromSeconds(1));
        server.Connect("x"u8);
        Assert.Equal(52, server.Listener.ProxyHeadersRefused);
        var lines = server.Log.Lines.Where(static l => l.Id == ProxyServer.HeaderRefused).ToList();
        Assert.Equal(2, lines.Count);
        Assert.StartsWith("Dropped 51 connections", lines[1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(LoopCounts))]
    public void Actor_ThatPausesAtItsStart_GetsWhatCameBehindTheHeaderLater(int loops)
    {
        using var server = new ProxyServer(loops: loops, prepare: static actor => actor.WhenStarted = static a => a.Connection.PauseReading());
        // The second connection of three loops is not on the listener's.
        if (loops > 1) server.Connect("10.0.1.1");
        var peer = server.Connect([.. Header, 1, 2, 3]);
        var actor = server.Actors[^1];
        Assert.Equal(loops > 1, actor.Loop != server.Loops.Group.Loops[0]);
        Assert.Equal(["OnStarted"], actor.Calls);
        server.Send(peer, [4, 5]);
        peer.ShutdownSend();
        server.Loops.RunUntilIdle();
        Assert.Equal(["OnStarted"], actor.Calls);
        Assert.True(actor.Post(static a => a.Connection.ResumeReading()));
        server.Loops.RunUntilIdle();
        Assert.Equal([1, 2, 3, 4, 5], actor.Received);
        Assert.Equal(["OnStarted", "OnReceived", "OnPeerClosed", "OnClosed"], actor.Calls);
    }

    [Theory]
    [MemberData(nameof(LoopCounts))]
    public void Actor_ThatAbortsAtItsStart_GetsNothingMore(int loops)
    {
        using var server = new ProxyServer(loops: loops, prepare: static actor => actor.WhenStarted = static a => a.Connection.Abort());
        for (var i = 0; i < loops; i++) Assert.True(server.Connect([.. Header, 1, 2, 3]).WasReset);
        Assert.All(server.Actors, static actor => Assert.Equal(["OnStarted", "OnClosed"], actor.Calls));
    }

    [Fact]
    public void Peer_ThatEndsWhileTheListenerIsAsked_IsToldToItsActorInOrder()
    {
        using var server = new ProxyServer(loops: 2);
        // Both on the second loop, which asks the first.
        server.Connect("10.0.1.1");
        var ends = server.Connect();
        server.Connect("10.0.1.2");
        var resets = server.Connect("10.0.0.8");
        ends.Send([.. Header, 1, 2, 3]);
        ends.ShutdownSend();
        server.Loops.RunUntilIdle();
        resets.Send(Header);
        server.Loops.RunTurn();
        resets.Reset();
        server.Loops.RunUntilIdle();
        Assert.All(server.Actors.Skip(2), actor => Assert.Same(server.Loops.Group.Loops[1], actor.Loop));
        Assert.Equal(["OnStarted", "OnReceived", "OnPeerClosed", "OnClosed"], server.Actors[2].Calls);
        Assert.Equal(["OnStarted", "OnClosed"], server.Actors[3].Calls);
        Assert.Equal(CloseCause.Broken, server.Actors[3].Cause);
    }

    [Theory]
    [MemberData(nameof(LoopCounts))]
    public void Listener_ThatStops_DropsWhoHasNoHeaderYet(int loops)
    {
        using var server = new ProxyServer(loops: loops);
        var peers = Enumerable.Range(0, 6).Select(_ => server.Connect()).ToList();
        var served = server.Connect(Header);
        Assert.Equal(7, server.Connections);
        server.Loops.RunUntilDone(server.Listener.StopListeningAsync());
        Assert.All(peers, static peer => Assert.True(peer.WasReset));
        Assert.Equal(1, server.Connections);
        Assert.False(served.IsEndOfStream);
        Assert.Equal(0, server.Log.CountOf(ProxyServer.HeaderRefused));
    }

    [Fact]
    public void Client_WhoseHeaderComesAsTheListenerStops_IsNotAccepted()
    {
        using var server = new ProxyServer(loops: 2);
        server.Connect("10.0.1.1");
        var peer = server.Connect();
        Assert.Equal(1, server.Loops.Usage[1].Connections);
        // In one turn the first loop closes the listener, and the second, which has not heard of it, reads the header.
        peer.Send(Header);
        server.Loops.RunUntilDone(server.Listener.StopListeningAsync());
        Assert.Single(server.Asked);
        Assert.True(peer.IsEndOfStream);
    }

    [Theory]
    [MemberData(nameof(LoopCounts))]
    public void Loops_ThatEnd_DropWhoHasNoHeaderYet(int loops)
    {
        InMemoryPeer[] peers;
        using (var server = new ProxyServer(loops: loops))
        {
            peers = [.. Enumerable.Range(0, 6).Select(_ => server.Connect())];
            server.Send(peers[0], Header.AsSpan(0, 3));
        }

        Assert.All(peers, static peer => Assert.True(peer.WasReset));
    }

    [Fact]
    public void Options_ThatMakeNoSense_AreNamed()
    {
        using var loops = new ManualLoops(new InMemoryNetwork());
        var listener = new TestListener(loops.Group, static _ => null);
        var late = new ListenOptions { Host = "127.0.0.1", ProxyProtocol = { HeaderTimeout = TimeSpan.Zero } };
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => loops.RunUntilDone(listener.ListenAsync(late)));
        Assert.Contains("ProxyProtocolOptions.HeaderTimeout", e.Message, StringComparison.Ordinal);
    }
}
