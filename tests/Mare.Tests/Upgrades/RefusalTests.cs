// SPDX-License-Identifier: MIT
using System.Text;

namespace Mare.Tests.Upgrades;

/// <summary>What is no valid upgrade is answered by HTTP, makes no actor, and ends. RFC 6455, sections 4.2.1 and 4.4.</summary>
public sealed class RefusalTests
{
    public static TheoryData<string, int, string> BadRequests => new()
    {
        { "\u0001\u0002garbage\r\n\r\n", 400, nameof(HandshakeError.InvalidHttp) },
        { "GET / HTTP/1.1\nHost: x\n\n", 400, nameof(HandshakeError.InvalidHttp) },
        { Without("Host: "), 400, nameof(HandshakeError.MissingHost) },
        { Without("Connection: ") + "", 426, "" },
        { Without("Upgrade: "), 426, "" },
        { Without("Sec-WebSocket-Key: "), 400, nameof(HandshakeError.MissingKey) },
        { Whole.Replace(Requests.Key, "short", StringComparison.Ordinal), 400, nameof(HandshakeError.InvalidKey) },
        { Whole.Replace("Version: 13", "Version: 8", StringComparison.Ordinal), 426, nameof(HandshakeError.WrongVersion) },
        { Whole.Replace("Upgrade: websocket", "Upgrade: web socket", StringComparison.Ordinal), 400, nameof(HandshakeError.MissingUpgrade) },
        { Whole.Replace("GET /", "GET /" + new string('a', 5000), StringComparison.Ordinal), 414, nameof(HandshakeError.TargetTooLong) },
        { "GET / HTTP/1.0\r\nHost: x\r\n\r\n", 426, "" },
        { "POST / HTTP/1.1\r\nHost: x\r\n\r\n", 426, "" },
    };

    private static string Whole => Encoding.Latin1.GetString(Requests.Upgrade());

    [Theory]
    [MemberData(nameof(BadRequests))]
    public void Request_Bad_IsRefusedByItsStatus(string request, int status, string error)
    {
        using var server = new MemoryServer();
        var answer = OpeningTests.AssertRefused(server.Request(Encoding.Latin1.GetBytes(request)), status);
        Assert.StartsWith(error, answer.Body, StringComparison.Ordinal);
        if (status == 426)
        {
            Assert.Equal("websocket", answer["Upgrade"]);
            Assert.Equal("13", answer["Sec-WebSocket-Version"]);
        }

        Assert.Empty(server.Actors);
    }

    [Fact]
    public void Request_Head_IsAnsweredWithoutBody()
    {
        using var server = new MemoryServer();
        var answer = server.Request(Requests.Bytes("HEAD / HTTP/1.1", "Host: x")).ReadAnswer();
        Assert.Equal((426, ""), (answer.Status, answer.Body));
    }

    [Fact]
    public void Request_HeadWithoutHost_IsRefusedWithoutBody()
    {
        using var server = new MemoryServer();
        var answer = server.Request(Requests.Bytes("HEAD / HTTP/1.1")).ReadAnswer();
        Assert.Equal((400, ""), (answer.Status, answer.Body));
        Assert.NotEqual("0", answer["Content-Length"]);
    }

    [Fact]
    public void Request_WithoutEnd_Is431AndStoresNoMore()
    {
        using var server = new MemoryServer();
        var client = server.Request(Encoding.Latin1.GetBytes("GET / HTTP/1.1\r\n"));
        var line = Encoding.Latin1.GetBytes("X-More: " + new string('a', 990) + "\r\n");
        for (var i = 0; i < 100; i++) client.Send(line);
        var answer = client.ReadAnswer();
        Assert.Equal(431, answer.Status);
        Assert.True(client.Peer.IsEndOfStream);
        Assert.Equal(0, server.Loops.Usage[0].RentedBuffers);
        Assert.Empty(server.Actors);
    }

    [Fact]
    public void Request_NotWholeInTime_Is408()
    {
        using var server = new MemoryServer();
        var client = server.Request(Requests.Upgrade()[..40]);
        server.Advance(9.9);
        Assert.False(client.IsEnded);
        server.Advance(0.1);
        OpeningTests.AssertRefused(client, 408);
    }

    [Fact]
    public void Request_OfNoByteInTime_Is408()
    {
        using var server = new MemoryServer(configure: static o => o.HandshakeTimeout = TimeSpan.FromSeconds(3));
        var client = server.Connect();
        server.Advance(3);
        OpeningTests.AssertRefused(client, 408);
    }

    [Fact]
    public void Request_OfOneByteAtATimeForEver_Is408After10Seconds()
    {
        using var server = new MemoryServer();
        var client = server.Connect();
        var request = Requests.Upgrade("/" + new string('a', 1000));
        var sent = 0;
        for (; !client.IsEnded && sent < request.Length; sent++)
        {
            client.Send(request[sent..(sent + 1)]);
            server.Advance(0.5);
        }

        OpeningTests.AssertRefused(client, 408);
        Assert.Equal(20, sent);
    }

    [Fact]
    public void HandshakeTimeout_OnceOpen_DoesNothing()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.Advance(60);
        Assert.False(client.IsEnded);
        Assert.Equal(1, server.Server.ConnectionCount);
    }

    [Fact]
    public void Refused_ClientThatStays_IsDroppedAfterTheLinger()
    {
        using var server = new MemoryServer();
        var client = server.Request(Requests.Bytes("GET / HTTP/1.1", "Host: x"));
        Assert.Equal(1, server.Loops.Usage[0].Connections);
        client.Send(new byte[100_000]);
        server.Advance(2);
        Assert.Equal(0, server.Loops.Usage[0].Connections);
    }

    private static string Without(string line) =>
        string.Concat(Whole.Split("\r\n").Where(l => !l.StartsWith(line, StringComparison.Ordinal)).Select(static l => l + "\r\n"))[..^2];
}
