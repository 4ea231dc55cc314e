// SPDX-License-Identifier: MIT
using Mare.Tests.Upgrades;

namespace Mare.Tests.Limits;

/// <summary>How many connections there may be: in all, at their request, of TCP.</summary>
public sealed class ConnectionLimitTests
{
    [Fact]
    public void Upgrade_BeyondMaxConnections_Is503UntilOneHasEnded()
    {
        using var server = new MemoryServer(configure: static o => o.ConnectionLimits.MaxConnections = 2);
        var (first, _) = (server.Open(), server.Open());
        var answer = OpeningTests.AssertRefused(server.Request(Requests.Upgrade()), 503);
        Assert.Equal("The server is full\n", answer.Body);
        // Nobody is asked about who finds no seat.
        Assert.Equal((2, 1L), (server.Actors.Count, server.Server.Statistics.ConnectionsRefused));
        first.Leave();
        server.Open();
        Assert.Equal(2, server.Server.ConnectionCount);
    }

    [Fact]
    public void Seat_OfAnUpgradeThatTheApplicationRefuses_IsGivenBack()
    {
        using var server = new MemoryServer(
            static a => a.Decide = static r => r.Path == "/", static o => o.ConnectionLimits.MaxConnections = 1);
        for (var i = 0; i < 3; i++) OpeningTests.AssertRefused(server.Request(Requests.Upgrade("/no")), 403);
        server.Open();
    }

    [Fact]
    public void Seat_OfAnUpgradeThatIsBeingDecided_IsTaken()
    {
        var decision = new TaskCompletionSource<UpgradeDecision>();
        using var server = new MemoryServer(
            factory: _ => new AsyncProbe { Decide = async (_, _) => await decision.Task },
            configure: static o => o.ConnectionLimits.MaxConnections = 1);
        var first = server.Request(Requests.Upgrade());
        OpeningTests.AssertRefused(server.Request(Requests.Upgrade()), 503);
        decision.SetResult(true);
        server.Run();
        Assert.Equal(101, first.ReadAnswer().Status);
    }

    [Fact]
    public void PlainRequest_WhenTheServerIsFull_IsAnswered()
    {
        using var server = new MemoryServer(configure: static o =>
        {
            o.ConnectionLimits.MaxConnections = 1;
            o.HttpHandler = static (_, _) => PlainResponse.Text("page");
        });
        server.Open();
        Assert.Equal("page", server.Request(Requests.Get()).ReadPlain().Body);
    }

    [Fact]
    public void Handshakes_BeyondTheirLimit_Are503AtOnceUntilOneIsAnswered()
    {
        using var server = new MemoryServer(configure: static o => o.ConnectionLimits.MaxHandshakes = 2);
        var (first, _) = (server.Connect(), server.Connect());
        // Before it has asked for anything.
        var answer = OpeningTests.AssertRefused(server.Connect(), 503);
        Assert.Equal("Too many connections are at their request\n", answer.Body);
        Assert.Equal(1, server.Server.Statistics.HandshakesRefused);
        first.Send(Requests.Upgrade());
        Assert.Equal(101, first.ReadAnswer().Status);
        server.Open();
    }

    [Fact]
    public void Handshake_ThatTimesOut_IsCountedAndMakesRoom()
    {
        using var server = new MemoryServer(configure: static o => o.ConnectionLimits.MaxHandshakes = 1);
        var slow = server.Connect();
        slow.Send("GET / HT"u8.ToArray());
        server.Advance(10);
        Assert.Equal(408, slow.ReadAnswer().Status);
        Assert.Equal(1, server.Server.Statistics.HandshakesTimedOut);
        server.Open();
    }

    [Fact]
    public void Handshake_OfAPlainRequest_EndsWithItsAnswerAndTheNextCountsAgain()
    {
        using var server = new MemoryServer(configure: static o =>
        {
            o.ConnectionLimits.MaxHandshakes = 1;
            o.HttpHandler = static (_, _) => PlainResponse.Text("page");
        });
        var page = server.Request(Requests.Get());
        Assert.Equal("page", page.ReadPlain().Body);
        var other = server.Connect();
        page.Send(Requests.Get());
        Assert.Equal(503, page.ReadPlainAndEnd().Status);
        other.Leave();
        server.Open();
    }

    [Theory]
    [InlineData(431)]
    [InlineData(414)]
    public void Handshake_TooLong_IsCounted(int status)
    {
        using var server = new MemoryServer();
        var request = status == 414 ? Requests.Upgrade("/" + new string('x', 9000)) : Requests.Upgrade("/", "X-Long: " + new string('x', 9000));
        Assert.Equal(status, server.Request(request).ReadAnswer().Status);
        Assert.Equal(1, server.Server.Statistics.HandshakesTooLarge);
    }

    [Fact]
    public void TcpConnection_BeyondTheHardLimit_IsClosedWithoutAWord()
    {
        using var server = new MemoryServer(configure: static o => o.ConnectionLimits.MaxTcpConnections = 2);
        var (first, second) = (server.Open(), server.Connect());
        var third = server.Connect();
        Assert.True(third.IsEnded);
        Assert.Empty(third.Peer.ReceiveAll());
        Assert.Equal(1, server.Server.Statistics.TcpConnectionsRefused);
        second.Leave();
        server.Open();
        first.Reset();
        server.Open();
        Assert.True(server.Connect().IsEnded);
        Assert.Equal(2, server.Server.Statistics.TcpConnectionsRefused);
    }

    [Fact]
    public void TcpConnections_ByDefault_AreConnectionsAndHandshakesTogether()
    {
        var limits = new ConnectionLimits { MaxConnections = 7, MaxHandshakes = 5 }.CloneAndValidate();
        Assert.Equal(12, limits.MaxTcpConnections);
        Assert.Equal(int.MaxValue, new ConnectionLimits { MaxConnections = int.MaxValue }.CloneAndValidate().MaxTcpConnections);
    }
}
