// SPDX-License-Identifier: MIT
using Mare.Protocol;
using Microsoft.Extensions.Logging;

namespace Mare.Tests.Limits;

/// <summary>Each limit that is met is counted; the log is told once a minute at most.</summary>
public sealed class CounterTests
{
    private const int LimitMet = 109;

    [Fact]
    public void MessagesThatAreTooBig_AreCounted()
    {
        using var server = new MemoryServer(configure: static o => o.MaxFragments = 2);
        server.Open().Send(ClientFrames.Announce(Opcode.Binary, 1L << 30));
        var client = server.Open();
        client.Send(ClientFrames.Binary([1], fin: false), ClientFrames.Continuation([2], fin: false), ClientFrames.Continuation([3]));
        Assert.Equal(1009, client.ReadCloseAndEnd().CloseCode);
        Assert.Equal(2, server.Server.Statistics.MessagesTooBig);
    }

    [Fact]
    public void PartialMessages_BeyondTheLoopsBudget_AreCounted()
    {
        using var server = new MemoryServer(loop: new EventLoopOptions { MaxPartialBytes = 1000 });
        server.Open().Send(ClientFrames.Binary(new byte[3000])[..2900]);
        Assert.Equal(1, server.Server.Statistics.PartialMessagesRefused);
        Assert.Equal(1, server.Log.CountOf(LimitMet));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(100_000)]
    public void PartialMessage_OfTheLongestSize_HasRoomInTheLeastBudgetThatStarts(int size)
    {
        var least = WebSocketServerOptions.LargestMessage(size);
        using var server = new MemoryServer(configure: o => o.MaxMessageSize = size, loop: new EventLoopOptions { MaxPartialBytes = least });
        var client = server.Open();
        foreach (var part in ClientFrames.Binary(new byte[size]).Chunk(100)) client.Send(part);
        Assert.Equal(size, server.Actor.Messages.Single().Length);
        Assert.Equal(0, server.Server.Statistics.PartialMessagesRefused);
    }

    [Fact]
    public void Timeouts_OfIdlenessAndOfTheClose_AreCounted()
    {
        using var server = new MemoryServer(configure: static o => o.IdleTimeout = TimeSpan.FromSeconds(30));
        server.Open();
        server.Advance(40);
        Assert.Equal((1L, 1L), (server.Server.Statistics.IdleTimeouts, server.Server.Statistics.CloseTimeouts));
    }

    [Fact]
    public void Flood_OfRefusals_IsToldOnceAMinute()
    {
        using var server = new MemoryServer(configure: static o => o.ConnectionLimits.MaxConnectionsPerAddress = 1);
        server.Open("192.0.2.1");
        for (var second = 0; second < 180; second++)
        {
            for (var i = 0; i < 5; i++) server.Connect("192.0.2.1").Leave();
            server.Advance(1);
        }

        Assert.Equal(900, server.Server.Statistics.AddressesRefused);
        Assert.Equal(3, server.Log.CountOf(LimitMet));
        Assert.Equal(
            "ConnectionLimits.MaxConnectionsPerAddress was met: further connections of an address are answered by 429 (is it a proxy's?). "
            + "Told once a minute at most; WebSocketServer.Statistics counts",
            server.Log.Lines.First(static l => l.Id == LimitMet).Text);
        Assert.All(server.Log.Lines, static l => Assert.True(l.Id == LimitMet || l.Level <= LogLevel.Information, l.Text));
    }

    [Fact]
    public void Limits_MetAtOnce_AreEachTold()
    {
        using var server = new MemoryServer(configure: static o =>
            (o.ConnectionLimits.MaxConnections, o.ConnectionLimits.MaxTcpConnections) = (1, 2));
        server.Open();
        server.Request(Requests.Upgrade()).Leave();
        server.Connect();
        server.Connect();
        Assert.Equal(2, server.Log.CountOf(LimitMet));
    }
}
