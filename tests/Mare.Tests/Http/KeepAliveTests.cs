// SPDX-License-Identifier: MIT
using System.Globalization;
using Mare.Testing;

namespace Mare.Tests.Http;

/// <summary>Several requests on one connection. RFC 9112, section 9.3.</summary>
public sealed class KeepAliveTests
{
    [Fact]
    public void Requests_OneAfterTheOther_AreAnswered()
    {
        using var server = Answers.ServeEcho();
        var client = server.Connect();
        for (var i = 0; i < 10; i++)
        {
            client.Send(Requests.Get($"/{i}"));
            Assert.Equal($"GET /{i}", client.ReadPlain().Body);
            client.AssertNothingFollows();
        }
    }

    [Fact]
    public void Requests_Pipelined_AreAnsweredInOrder()
    {
        using var server = Answers.ServeEcho();
        var client = server.Request(Pipeline(100));
        for (var i = 0; i < 100; i++) Assert.Equal($"GET /{i}", client.ReadPlain().Body);
        client.AssertNothingFollows();
    }

    [Fact]
    public void Requests_ByteByByte_AreAnswered()
    {
        using var server = Answers.ServeEcho();
        var client = server.Connect();
        foreach (var b in Pipeline(2)) client.Send([b]);
        Assert.Equal("GET /0", client.ReadPlain().Body);
        Assert.Equal("GET /1", client.ReadPlain().Body);
    }

    [Fact]
    public void Requests_OnAHostileNetwork_AreAnsweredInOrder()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var server = Answers.ServeEcho(network: InMemoryNetworkOptions.Hostile(seed));
            var client = server.Request([.. Pipeline(5), .. Requests.Upgrade(), .. ClientFrames.Text("hi")]);
            for (var i = 0; i < 5; i++) Assert.Equal($"GET /{i}", client.ReadPlain().Body);
            Assert.Equal(101, client.ReadAnswer().Status);
            Assert.Equal("OnTextMessage hi", server.Actor.Calls[^1]);
        }
    }

    [Fact]
    public void Upgrade_AfterARequest_Opens()
    {
        using var server = Answers.ServeEcho();
        var client = server.Request(Requests.Get());
        client.ReadPlain();
        client.Send(Requests.Upgrade(), ClientFrames.Text("one"));
        Assert.Equal(101, client.ReadAnswer().Status);
        Assert.Equal(["OnUpgradeRequest", "OnOpen", "OnTextMessage one"], server.Actor.Calls);
        // The time for the next request is over, and means nothing any more.
        server.Advance(60);
        client.Send(ClientFrames.Text("two"));
        Assert.Equal("OnTextMessage two", server.Actor.Calls[^1]);
    }

    [Fact]
    public void Upgrade_RefusedAfterARequest_Ends()
    {
        using var server = new MemoryServer(
            static a => a.Decide = static _ => false, static o => o.HttpHandler = static (request, _) => Answers.Echo(request));
        var client = server.Request([.. Requests.Get(), .. Requests.Upgrade(), .. Requests.Get()]);
        Assert.Equal(200, client.ReadPlain().Status);
        Assert.Equal(403, client.ReadPlainAndEnd().Status);
    }

    [Theory]
    [InlineData("GET / HTTP/1.0", "Host: x")]
    [InlineData("GET / HTTP/1.0", "Connection: keep-alive")]
    [InlineData("GET / HTTP/1.1", "Host: x", "Connection: close")]
    [InlineData("GET / HTTP/1.1", "Host: x", "Connection: foo, Close")]
    [InlineData("GET / HTTP/1.1", "Host: x", "Connection: not tokens")]
    public void Client_ThatWantsNoMore_GetsTheEnd(params string[] lines)
    {
        using var server = Answers.ServeEcho();
        var client = server.Request([.. Requests.Bytes(lines), .. Requests.Get("/behind")]);
        Assert.Equal("GET /", client.ReadPlainAndEnd().Body);
    }

    [Fact]
    public void Requests_AsManyAsAllowed_ThenTheEnd()
    {
        using var server = Answers.ServeEcho(static o => o.HttpLimits.MaxRequests = 3);
        var client = server.Request(Pipeline(5));
        Assert.Null(client.ReadPlain()["Connection"]);
        Assert.Null(client.ReadPlain()["Connection"]);
        Assert.Equal("GET /2", client.ReadPlainAndEnd().Body);
    }

    [Fact]
    public void NextRequest_NotBegunInTime_IsAQuietEnd()
    {
        using var server = Answers.ServeEcho(static o => o.HttpLimits.KeepAliveTimeout = TimeSpan.FromSeconds(20));
        var client = server.Request(Requests.Get());
        client.ReadPlain();
        server.Advance(19.9);
        client.Send(Requests.Get());
        client.ReadPlain();
        server.Advance(19.9);
        Assert.False(client.IsEnded);
        server.Advance(0.1);
        client.AssertNothingFollows();
        Assert.True(client.Peer.IsEndOfStream);
    }

    [Fact]
    public void NextRequest_BegunAndNotWholeInTime_Is408()
    {
        using var server = Answers.ServeEcho();
        var client = server.Request(Requests.Get());
        client.ReadPlain();
        server.Advance(25);
        client.Send("GET / HT"u8.ToArray());
        server.Advance(9.9);
        Assert.False(client.IsEnded);
        server.Advance(0.1);
        Assert.Equal(408, client.ReadPlainAndEnd().Status);
    }

    [Fact]
    public void NextRequest_BegunInTheSegmentOfTheLast_Is408InTime()
    {
        using var server = Answers.ServeEcho();
        var client = server.Request([.. Requests.Get(), .. "GET / HT"u8]);
        client.ReadPlain();
        server.Advance(10);
        Assert.Equal(408, client.ReadPlainAndEnd().Status);
    }

    [Fact]
    public void NextRequest_TooLong_Is431()
    {
        using var server = Answers.ServeEcho();
        var client = server.Request([.. Requests.Get(), .. Requests.Get("/", "X: " + new string('x', 9000))]);
        Assert.Equal(200, client.ReadPlain().Status);
        Assert.Equal(431, client.ReadPlainAndEnd().Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Client_ThatLeavesBetweenRequests_IsForgotten(bool resets)
    {
        using var server = Answers.ServeEcho();
        var client = server.Request([.. Requests.Get(), .. "GET"u8]);
        client.ReadPlain();
        if (resets) client.Reset();
        else client.Leave();
        Assert.True(server.Loops.Usage[0].IsNothing);
    }

    [Fact]
    public void Idle_KeptAlive_HoldsNoBuffer()
    {
        using var server = Answers.ServeEcho();
        var client = server.Request(Requests.Get());
        client.ReadPlain();
        Assert.Equal((1, 0, 0), (server.Loops.Usage[0].Connections, server.Loops.Usage[0].RentedBuffers, server.Loops.Usage[0].RentedBlocks));
    }

    private static byte[] Pipeline(int count) =>
        [.. Enumerable.Range(0, count).SelectMany(static i => Requests.Get("/" + i.ToString(CultureInfo.InvariantCulture)))];
}
