// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Testing;

namespace Mare.Tests.Upgrades;

/// <summary>The opening handshake as the application sees it. RFC 6455, section 4.2.</summary>
public sealed class OpeningTests
{
    [Fact]
    public void Request_Valid_IsUpgraded()
    {
        using var server = new MemoryServer();
        var client = server.Request(Requests.Upgrade("/chat?room=1", "X-Mine: yes"));
        var answer = client.ReadAnswer();
        Assert.Equal(101, answer.Status);
        Assert.Equal("websocket", answer["Upgrade"]);
        Assert.Equal("Upgrade", answer["Connection"]);
        Assert.Equal(Requests.Accept, answer["Sec-WebSocket-Accept"]);
        Assert.Null(answer["Sec-WebSocket-Protocol"]);
        Assert.NotNull(answer["Date"]);
        Assert.Equal(["OnUpgradeRequest", "OnOpen"], server.Actor.Calls);
        Assert.Equal(1, server.Server.ConnectionCount);
        var request = server.Actor.Request!;
        Assert.Equal(("/chat", "?room=1", "example.com"), (request.Path, request.QueryString, request.Host));
        Assert.Equal("yes", request.Headers["x-mine"]);
        Assert.Equal(client.Peer.LocalEndPoint, request.RemoteEndPoint);
        Assert.Equal(client.Peer.RemoteEndPoint, request.LocalEndPoint);
    }

    [Fact]
    public void Factory_IsCalled_OnTheLoop()
    {
        EventLoop? seen = null;
        using var server = new MemoryServer(_ => seen = EventLoop.Current);
        server.Open();
        Assert.Same(server.Loops.Group.Loops[0], seen);
    }

    [Fact]
    public void Factory_ReturningNull_Answers404()
    {
        using var server = new MemoryServer(factory: static _ => null);
        AssertRefused(server.Request(Requests.Upgrade()), 404);
    }

    [Fact]
    public void Factory_Throwing_Answers500AndIsLogged()
    {
        using var server = new MemoryServer(factory: static _ => throw new InvalidOperationException("boom")) { ExpectedErrors = 1 };
        AssertRefused(server.Request(Requests.Upgrade()), 500);
    }

    [Fact]
    public void Factory_ReturningOneActorTwice_Answers500AndLeavesTheFirst()
    {
        ProbeActor actor = new();
        using var server = new MemoryServer(factory: _ => actor) { ExpectedErrors = 1 };
        var first = server.Open();
        AssertRefused(server.Request(Requests.Upgrade()), 500);
        Assert.Equal(0, actor.CountOf("Dispose"));
        first.Send(ClientFrames.Text("still here"));
        Assert.Equal("OnTextMessage still here", actor.Calls[^1]);
    }

    [Fact]
    public void OnUpgradeRequest_ReturningFalse_Answers403()
    {
        using var server = new MemoryServer(static a => a.Decide = static _ => false);
        AssertRefused(server.Request(Requests.Upgrade()), 403);
        Assert.Equal(["OnUpgradeRequest", "Dispose"], server.Actor.Calls);
    }

    [Fact]
    public void OnUpgradeRequest_Rejecting_SendsStatusBodyAndHeaders()
    {
        using var server = new MemoryServer(static a => a.Decide = static _ => UpgradeDecision.Reject(
            401, "who are you?", [new("WWW-Authenticate", "Basic"), new("X-More", "1")]));
        var answer = AssertRefused(server.Request(Requests.Upgrade()), 401);
        Assert.Equal("Basic", answer["WWW-Authenticate"]);
        Assert.Equal("1", answer["X-More"]);
        Assert.Equal("text/plain; charset=utf-8", answer["Content-Type"]);
        Assert.Equal("12", answer["Content-Length"]);
        Assert.Equal("who are you?", answer.Body);
        Assert.Equal(["OnUpgradeRequest", "Dispose"], server.Actor.Calls);
    }

    [Fact]
    public void OnUpgradeRequest_RejectingWithAContentType_SendsThatOne()
    {
        using var server = new MemoryServer(static a => a.Decide = static _ => UpgradeDecision.Reject(
            403, "{}", [new("content-type", "application/json")]));
        Assert.Equal("application/json", AssertRefused(server.Request(Requests.Upgrade()), 403)["Content-Type"]);
    }

    [Fact]
    public void OnUpgradeRequest_AcceptingWithHeadersAndSubprotocol_SendsThem()
    {
        using var server = new MemoryServer(static a => a.Decide = static _ =>
            UpgradeDecision.Accept("v2", [new("Set-Cookie", "a=b")]));
        var client = server.Request(Requests.Upgrade("/", "Sec-WebSocket-Protocol: v1, v2"));
        var answer = client.ReadAnswer();
        Assert.Equal((101, "v2", "a=b"), (answer.Status, answer["Sec-WebSocket-Protocol"], answer["Set-Cookie"]));
        Assert.Equal(["v1", "v2"], server.Actor.Request!.Subprotocols);
        Assert.Equal("v2", server.Actor.Connection.Subprotocol);
    }

    [Fact]
    public void OnUpgradeRequest_ChoosingASubprotocolNotOffered_Answers500AndIsLogged()
    {
        using var server = new MemoryServer(static a => a.Decide = static _ => UpgradeDecision.Accept("v3")) { ExpectedErrors = 1 };
        AssertRefused(server.Request(Requests.Upgrade("/", "Sec-WebSocket-Protocol: v1, v2")), 500);
        Assert.Equal(
            "OnUpgradeRequest of ProbeActor chose a subprotocol that the client did not offer; the request is answered with 500",
            Assert.Single(server.Log.Errors).Text);
        Assert.Equal(["OnUpgradeRequest", "Dispose"], server.Actor.Calls);
    }

    [Fact]
    public void OnUpgradeRequest_Throwing_Answers500AndIsLogged()
    {
        using var server = new MemoryServer(static a => a.Decide = static _ => throw new InvalidOperationException("boom")) { ExpectedErrors = 1 };
        AssertRefused(server.Request(Requests.Upgrade()), 500);
        Assert.Equal(["OnUpgradeRequest", "Dispose"], server.Actor.Calls);
    }

    [Fact]
    public void OnUpgradeRequest_ReturningNull_Answers500()
    {
        using var server = new MemoryServer(static a => a.Decide = static _ => null!) { ExpectedErrors = 1 };
        AssertRefused(server.Request(Requests.Upgrade()), 500);
    }

    [Fact]
    public void OnUpgradeRequest_AbortingAndAccepting_NeverOpens()
    {
        using var server = new MemoryServer(static a => a.Decide = _ =>
        {
            a.Connection.Abort();
            return true;
        });
        var client = server.Request(Requests.Upgrade());
        Assert.True(client.Peer.WasReset);
        Assert.Equal(["OnUpgradeRequest", "Dispose"], server.Actor.Calls);
    }

    [Fact]
    public void OnUpgradeRequest_Sending_IsAnsweredClosed()
    {
        var statuses = new List<SendStatus>();
        using var server = new MemoryServer(a => a.Decide = _ =>
        {
            statuses.Add(a.Connection.SendText("early"));
            statuses.Add(a.Connection.SendBinary([1]));
            statuses.Add(a.Connection.Ping());
            return true;
        });
        var client = server.Open();
        Assert.Equal([SendStatus.Closed, SendStatus.Closed, SendStatus.Closed], statuses);
        Assert.Empty(client.ReadFrames());
    }

    [Fact]
    public void Connection_InTheConstructor_ThrowsAndSaysWhy()
    {
        var error = Assert.Throws<InvalidOperationException>(static () => new EagerActor());
        Assert.Contains("constructor", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_InTheSegmentOfTheRequest_AreDelivered()
    {
        using var server = new MemoryServer();
        server.Request([.. Requests.Upgrade(), .. ClientFrames.Text("one"), .. ClientFrames.Text("two")]);
        Assert.Equal(["OnUpgradeRequest", "OnOpen", "OnTextMessage one", "OnTextMessage two"], server.Actor.Calls);
    }

    [Fact]
    public void Frames_BehindTheRequestWhenOnOpenPauses_WaitForResume()
    {
        using var server = new MemoryServer(static a => a.Hook = static (a, callback) =>
        {
            if (callback == "OnOpen") a.Connection.PauseReading();
        });
        server.Request([.. Requests.Upgrade(), .. ClientFrames.Text("one"), .. ClientFrames.Text("two")]);
        Assert.Equal("OnOpen", server.Actor.Calls[^1]);
        server.OnLoop(static a => a.Connection.ResumeReading());
        Assert.Equal(["OnTextMessage one", "OnTextMessage two"], server.Actor.Calls.Skip(2));
    }

    [Fact]
    public void Frames_BehindTheRequestWhenOnOpenCloses_AreStillRead()
    {
        using var server = new MemoryServer(static a => a.Hook = static (a, callback) =>
        {
            if (callback == "OnOpen") a.Connection.Close(CloseCode.TryAgainLater);
        });
        // The answer to the close is split between the request's segment and the next.
        var close = ClientFrames.Close(1013);
        var client = server.Request([.. Requests.Upgrade(), .. ClientFrames.Text("ignored"), .. close[..3]]);
        client.ReadAnswer();
        client.Send(close[3..]);
        Assert.Equal(1013, client.ReadCloseAndEnd().CloseCode);
        client.Leave();
        Assert.True(server.Actor.ClosedCleanly);
        Assert.Equal(0, server.Actor.CountOf("OnTextMessage"));
    }

    [Fact]
    public void Messages_BehindTheRequestWhenOnOpenAborts_AreNotDelivered()
    {
        using var server = new MemoryServer(static a => a.Hook = static (a, callback) =>
        {
            if (callback == "OnOpen") a.Connection.Abort();
        });
        server.Request([.. Requests.Upgrade(), .. ClientFrames.Text("late")]);
        Assert.Equal(["OnUpgradeRequest", "OnOpen", "OnClosed 1006", "Dispose"], server.Actor.Calls);
    }

    [Fact]
    public void Request_AtEverySplit_Opens()
    {
        var request = Requests.Upgrade();
        for (var split = 1; split < request.Length; split++)
        {
            using var server = new MemoryServer();
            var client = server.Connect();
            client.Send(request[..split]);
            Assert.Empty(server.Actors);
            client.Send(request[split..]);
            Assert.Equal(101, client.ReadAnswer().Status);
        }
    }

    [Fact]
    public void Request_OnAHostileNetwork_Opens()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var server = new MemoryServer(network: InMemoryNetworkOptions.Hostile(seed));
            var client = server.Request([.. Requests.Upgrade(), .. ClientFrames.Text("hi")]);
            Assert.Equal(101, client.ReadAnswer().Status);
            Assert.Equal("OnTextMessage hi", server.Actor.Calls[^1]);
        }
    }

    [Fact]
    public void Post_AfterARefusal_AnswersFalse()
    {
        using var server = new MemoryServer(static a => a.Decide = static _ => false);
        server.Request(Requests.Upgrade());
        Assert.False(server.Actor.Post(static _ => { }));
    }

    [Fact]
    public void Client_LostBeforeItsRequest_MakesNoActor()
    {
        using var server = new MemoryServer();
        server.Connect().Leave();
        server.Connect().Reset();
        var half = server.Connect();
        half.Send(Requests.Upgrade()[..30]);
        half.Reset();
        Assert.Empty(server.Actors);
    }

    internal static HttpAnswer AssertRefused(MemoryClient client, int status)
    {
        var answer = client.ReadAnswer();
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 426 ? "Upgrade, close" : "close", answer["Connection"]);
        Assert.NotNull(answer["Date"]);
        Assert.Equal(Encoding.UTF8.GetByteCount(answer.Body).ToString(System.Globalization.CultureInfo.InvariantCulture), answer["Content-Length"]);
        Assert.True(client.Peer.IsEndOfStream);
        return answer;
    }

    private sealed class EagerActor : WebSocketServerActor
    {
        public EagerActor()
        {
            Connection.Close();
        }
    }
}
