// SPDX-License-Identifier: MIT
namespace Mare.Tests.Http;

/// <summary>One plain request and its answer. RFC 9110.</summary>
public sealed class ExchangeTests
{
    [Fact]
    public void Get_Answered_HasItsHeadAndBody()
    {
        PlainRequest? seen = null;
        using var server = Answers.Serve(request =>
        {
            seen = request;
            return new PlainResponse(200, "{}"u8.ToArray(), "application/json", [new("X-A", "1"), new("X-A", "2")]);
        });
        var client = server.Request(Requests.Get("/a%20b?c=d", "X-Mine: yes"));
        var answer = client.ReadPlain();
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer.Head, StringComparison.Ordinal);
        Assert.Equal(("application/json", "2", "{}"), (answer["Content-Type"], answer["Content-Length"], answer.Body));
        Assert.Contains("\r\nX-A: 1\r\nX-A: 2\r\n", answer.Head, StringComparison.Ordinal);
        Assert.NotNull(answer["Date"]);
        Assert.Null(answer["Connection"]);
        Assert.Equal(("GET", "/a%20b", "?c=d", "example.com"), (seen!.Method, seen.Path, seen.QueryString, seen.Host));
        Assert.Equal("yes", seen.Headers["x-mine"]);
        Assert.Equal((client.Peer.LocalEndPoint, client.Peer.RemoteEndPoint), (seen.RemoteEndPoint, seen.LocalEndPoint));
        Assert.False(client.IsEnded);
        Assert.Empty(server.Actors);
        Assert.Equal(0, server.Server.ConnectionCount);
    }

    [Fact]
    public void Handler_IsCalled_OnTheLoop()
    {
        EventLoop? seen = null;
        using var server = Answers.Serve(_ =>
        {
            seen = EventLoop.Current;
            return null;
        });
        server.Request(Requests.Get());
        Assert.Same(server.Loops.Group.Loops[0], seen);
    }

    [Fact]
    public void Head_Answered_CountsTheBodyAndDoesNotSendIt()
    {
        using var server = Answers.ServeEcho();
        var client = server.Request([.. Requests.Plain("HEAD", "/x"), .. Requests.Get("/y")]);
        var answer = client.ReadPlain(isHead: true);
        Assert.Equal((200, "7"), (answer.Status, answer["Content-Length"]));
        Assert.Equal("GET /y", client.ReadPlain().Body);
        client.AssertNothingFollows();
    }

    [Fact]
    public void Handler_AnsweringNull_Is404AndTheConnectionStays()
    {
        using var server = Answers.Serve(static _ => null);
        var client = server.Request(Requests.Get());
        var answer = client.ReadPlain();
        Assert.Equal((404, "Not found\n"), (answer.Status, answer.Body));
        Assert.False(client.IsEnded);
    }

    [Fact]
    public void Handler_Throwing_Is500AndLoggedOnceAndTheEnd()
    {
        using var server = Answers.Serve(static _ => throw new InvalidOperationException("boom"));
        server.ExpectedErrors = 1;
        var client = server.Request([.. Requests.Get(), .. Requests.Get()]);
        Assert.Equal(500, client.ReadPlainAndEnd().Status);
        Assert.Equal("boom", server.Log.Errors[0].Exception!.Message);
        Assert.Equal(123, server.Log.Errors[0].Id);
    }

    [Theory]
    [InlineData(204, null)]
    [InlineData(205, "0")]
    [InlineData(304, null)]
    [InlineData(302, "0")]
    public void Response_WithoutBody_HasTheLengthOfItsStatus(int status, string? length)
    {
        using var server = Answers.Serve(_ => new PlainResponse(status));
        var client = server.Request(Requests.Get());
        var answer = client.ReadPlain();
        Assert.Equal((status, length), (answer.Status, answer["Content-Length"]));
        client.AssertNothingFollows();
        Assert.False(client.IsEnded);
    }

    [Fact]
    public void Response_UpgradeRequired_SaysToWhat()
    {
        using var server = Answers.Serve(static _ => new PlainResponse(426));
        var answer = server.Request(Requests.Get()).ReadPlain();
        Assert.Equal(("websocket", "Upgrade", "13"), (answer["Upgrade"], answer["Connection"], answer["Sec-WebSocket-Version"]));
    }

    [Fact]
    public void Response_LargerThanItsLimit_Is500AndLogged()
    {
        using var server = Answers.Serve(
            static r => new PlainResponse(200, new byte[r.Path.Length > 1 ? 1001 : 1000]), static o => o.HttpLimits.MaxResponseSize = 1000);
        server.ExpectedErrors = 1;
        var client = server.Request(Requests.Get());
        Assert.Equal(200, client.ReadPlain().Status);
        client.Send(Requests.Get("/more"));
        Assert.Equal(500, client.ReadPlainAndEnd().Status);
        Assert.Equal(124, server.Log.Errors[0].Id);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("get")]
    public void Method_Other_Is405AndTheEnd(string method)
    {
        using var server = Answers.Serve(static _ => throw new InvalidOperationException("asked"));
        var answer = server.Request(Requests.Plain(method)).ReadPlainAndEnd();
        Assert.Equal((405, "GET, HEAD"), (answer.Status, answer["Allow"]));
    }

    [Theory]
    [InlineData("Content-Length: 5")]
    [InlineData("Content-Length: five")]
    [InlineData("Content-Length:")]
    [InlineData("Content-Length: 0, 5")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: identity")]
    public void Body_OfAnyKind_Is413AndTheEnd(string line)
    {
        using var server = Answers.Serve(static _ => throw new InvalidOperationException("asked"));
        // What would be a body may look like a request: it must not become one.
        var client = server.Request([.. Requests.Get("/", line), .. Requests.Get("/smuggled")]);
        Assert.Equal(413, client.ReadPlainAndEnd().Status);
    }

    [Fact]
    public void Body_OfNoBytes_IsNone()
    {
        using var server = Answers.ServeEcho();
        Assert.Equal("GET /", server.Request(Requests.Get("/", "Content-Length: 0")).ReadPlain().Body);
    }

    [Fact]
    public void Request_Malformed_IsRefusedAsAnUpgradeIs()
    {
        using var server = Answers.ServeEcho();
        var answer = server.Request(Requests.Bytes("GET / HTTP/1.1")).ReadPlainAndEnd();
        Assert.Equal((400, "MissingHost"), (answer.Status, answer.Body.Split(':')[0]));
        Assert.Equal(400, server.Request(Requests.Bytes("G@T / HTTP/1.1", "Host: x")).ReadPlainAndEnd().Status);
    }

    [Fact]
    public void Request_WithAnotherUpgrade_IsPlain()
    {
        using var server = Answers.ServeEcho();
        var client = server.Request(Requests.Get("/", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"));
        Assert.Equal("GET /", client.ReadPlain().Body);
    }

    [Fact]
    public void Upgrade_Malformed_IsNotPlain()
    {
        using var server = Answers.Serve(static _ => throw new InvalidOperationException("asked"));
        var request = Requests.Get("/", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13");
        Assert.Equal(400, server.Request(request).ReadPlainAndEnd().Status);
    }
}
