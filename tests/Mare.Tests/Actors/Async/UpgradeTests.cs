// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Mare.Tests.Actors.Async;

/// <summary>A decision about the upgrade that takes its time. RFC 6455, section 4.2.2.</summary>
public sealed class UpgradeTests
{
    private readonly TaskCompletionSource<UpgradeDecision> _decision = new();

    [Fact]
    public void Accepted_Later_OpensThen()
    {
        using var server = Deciding();
        var client = server.Request();
        Assert.Equal(0, client.Peer.TotalReceived);
        Decide(server, UpgradeDecision.Accept(headers: [new("X-Later", "yes")]));
        var answer = client.ReadAnswer();
        Assert.Equal((101, "yes"), (answer.Status, answer["X-Later"]));
        client.Send(ClientFrames.Text("a"));
        Assert.Equal(["OnUpgradeRequest", "OnOpen", "OnTextMessage a"], server.Actor.Calls);
    }

    [Fact]
    public void Rejected_Later_IsAnsweredAndTheActorDisposed()
    {
        using var server = Deciding();
        var client = server.Request();
        Decide(server, UpgradeDecision.Reject(401, "who are you?"));
        var answer = client.ReadAnswer();
        Assert.Equal((401, "who are you?"), (answer.Status, answer.Body));
        Assert.Equal(["OnUpgradeRequest", "Dispose"], server.Actor.Calls);
    }

    [Fact]
    public void Subprotocol_ChosenLaterAndNotOffered_Is500()
    {
        using var server = Deciding();
        server.ExpectedErrors = 1;
        var client = server.Request();
        Decide(server, UpgradeDecision.Accept("nobody.asked"));
        Assert.Equal(500, client.ReadAnswer().Status);
        Assert.Equal("Dispose", server.Actor.Calls[^1]);
    }

    [Fact]
    public void NoDecision_WithinTheHandshakeTimeout_Is408AndCancelled()
    {
        using var server = new AsyncServer(prepare: static a => a.Decide = static async (a, token) =>
        {
            await Until.CancelledAsync(token);
            return true;
        });
        var client = server.Request();
        server.Advance(9.9);
        Assert.Equal(0, client.Peer.TotalReceived);
        server.Advance(0.1);
        Assert.Equal(408, client.ReadAnswer().Status);
        // It heard of it and gave up: that is no error.
        Assert.Equal(["OnUpgradeRequest", "Dispose"], server.Actor.Calls);
        Assert.Empty(server.Log.Errors);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decision_AfterTheHandshakeTimeout_IsIgnored(bool accepts)
    {
        using var server = Deciding();
        var client = server.Request();
        server.Advance(10);
        Assert.Equal(408, client.ReadAnswer().Status);
        // Its task goes on; it is disposed of after that.
        Assert.Equal(["OnUpgradeRequest"], server.Actor.Calls);
        Assert.True(server.Actor.Token.IsCancellationRequested);
        Decide(server, accepts);
        Assert.Equal(["OnUpgradeRequest", "Dispose"], server.Actor.Calls);
        client.Leave();
        Assert.Equal(["OnUpgradeRequest", "Dispose"], server.Actor.Calls);
    }

    [Fact]
    public void Exception_Later_Is500()
    {
        using var server = Deciding();
        server.ExpectedErrors = 1;
        var client = server.Request();
        _decision.SetException(new InvalidTimeZoneException("the user's"));
        server.Run();
        Assert.Equal(500, client.ReadAnswer().Status);
        Assert.Equal(["OnUpgradeRequest", "Dispose"], server.Actor.Calls);
    }

    [Fact]
    public void Exception_AtOnce_Is500()
    {
        using var server = new AsyncServer(prepare: static a => a.Decide = static (_, _) => throw new InvalidTimeZoneException("the user's"));
        server.ExpectedErrors = 1;
        Assert.Equal(500, server.Request().ReadAnswer().Status);
        Assert.Equal(["OnUpgradeRequest", "Dispose"], server.Actor.Calls);
    }

    [Fact]
    public void Null_Later_Is500()
    {
        using var server = Deciding();
        server.ExpectedErrors = 1;
        var client = server.Request();
        Decide(server, null!);
        Assert.Equal(500, client.ReadAnswer().Status);
    }

    [Fact]
    public void Cancelled_WithoutAnyReason_Is500()
    {
        using var server = Deciding();
        server.ExpectedErrors = 1;
        var client = server.Request();
        _decision.SetCanceled(TestContext.Current.CancellationToken);
        server.Run();
        Assert.Equal(500, client.ReadAnswer().Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ClientGone_WhileDeciding_CancelsAndDisposesOnce(bool reset)
    {
        using var server = Deciding();
        var client = server.Request();
        if (reset) client.Reset();
        else client.Leave();
        Assert.True(server.Actor.Token.IsCancellationRequested);
        Assert.Equal(["OnUpgradeRequest"], server.Actor.Calls);
        Decide(server, true);
        Assert.Equal(["OnUpgradeRequest", "Dispose"], server.Actor.Calls);
    }

    [Fact]
    public void Abort_WhileDeciding_DropsTheClient()
    {
        using var server = Deciding();
        var client = server.Request();
        server.OnLoop(static a => a.Connection.Abort());
        Assert.True(client.Peer.WasReset);
        Decide(server, true);
        Assert.Equal(["OnUpgradeRequest", "Dispose"], server.Actor.Calls);
    }

    [Fact]
    public void ServerStops_WhileDeciding_Is503()
    {
        using var server = Deciding();
        var client = server.Request();
        var stop = server.Server.StopAsync();
        server.Run();
        Assert.Equal(503, client.ReadAnswer().Status);
        Decide(server, true);
        client.Leave();
        server.RunUntil(() => stop.IsCompleted);
        Assert.Equal(["OnUpgradeRequest", "Dispose"], server.Actor.Calls);
    }

    [Fact]
    public void Frames_SentBeforeTheDecision_AreReadAfterIt()
    {
        using var server = Deciding();
        var client = server.Connect();
        client.Send([.. Requests.Upgrade(), .. ClientFrames.Text("right behind")]);
        client.Send(ClientFrames.Text("early"), ClientFrames.Ping("early"));
        Assert.Equal(["OnUpgradeRequest"], server.Actor.Calls);
        Decide(server, true);
        Assert.Equal(["OnUpgradeRequest", "OnOpen", "OnTextMessage right behind", "OnTextMessage early"], server.Actor.Calls);
        Assert.Equal(101, client.ReadAnswer().Status);
        Assert.Equal("early", client.ReadFrame().Text);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void Frames_MoreThanTheBoundBeforeTheDecision_AreAllReadAfterIt(bool isOpenPending, int seed)
    {
        // A backend may still deliver after it was told to stop: with seeds above 0 it does.
        var network = new InMemoryNetworkOptions
        {
            Seed = seed,
            DeliversAfterStop = seed > 0,
            MaxDeliverySize = seed > 0 ? 3000 : int.MaxValue,
        };
        using var server = Deciding(network);
        var client = server.Request();
        if (isOpenPending)
        {
            server.Actor.Hook = static async (_, call, _) =>
            {
                if (call is not "OnClosed 1006") await Task.Yield();
            };
        }

        for (var i = 0; i < 40; i++) client.Send(ClientFrames.Binary([(byte)i, .. new byte[1000]]));
        Assert.True(client.Peer.Undelivered > 0, "The backend did not stop.");
        Decide(server, true);
        Assert.Equal(
            Enumerable.Range(0, 40).Select(static i => $"OnBinaryMessage {i:x2}000000"),
            server.Actor.Calls.Where(static c => c.StartsWith("OnBinary", StringComparison.Ordinal) && !c.EndsWith("ended", StringComparison.Ordinal)));
        Assert.Equal(0, client.Peer.Undelivered);
    }

    [Fact]
    public void Frames_BeforeTheDecision_ToAnActorThatPausesInOnOpen_WaitInOrder()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var decision = new TaskCompletionSource<UpgradeDecision>();
            using var server = new AsyncServer(
                prepare: a => a.Decide = (_, _) => new ValueTask<UpgradeDecision>(decision.Task),
                network: new InMemoryNetworkOptions { Seed = seed, DeliversAfterStop = true, MaxDeliverySize = 3000 });
            var client = server.Request();
            server.Actor.Hook = AsyncProbe.In("OnOpen", static a =>
            {
                a.Connection.PauseReading();
                return Task.CompletedTask;
            });
            for (var i = 0; i < 40; i++) client.Send(ClientFrames.Binary([(byte)i, .. new byte[1000]]));
            decision.SetResult(true);
            server.Run();
            Assert.Equal("OnOpen", server.Actor.Calls[^1]);
            server.OnLoop(static a => a.Connection.ResumeReading());
            Assert.Equal(
                Enumerable.Range(0, 40).Select(static i => $"OnBinaryMessage {i:x2}000000"),
                server.Actor.Calls.Where(static c => c.StartsWith("OnBinary", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Close_WhileDeciding_DoesNothing()
    {
        using var server = Deciding();
        var client = server.Request();
        server.OnLoop(static a => a.Connection.Close());
        server.OnLoop(static a => Assert.Equal(SendStatus.Closed, a.Connection.SendText("too early")));
        Decide(server, true);
        Assert.Equal(101, client.ReadAnswer().Status);
        Assert.Empty(client.ReadFrames());
    }

    [Fact]
    public void DecisionOnAnotherThread_WithoutTheContext_Opens()
    {
        using var server = new AsyncServer(prepare: static a => a.Decide = static async (_, _) =>
        {
            await Task.Run(static () => { }, CancellationToken.None).ConfigureAwait(false);
            return true;
        });
        var client = server.Request();
        server.RunUntil(() => server.Actor.CountOf("OnOpen") == 1);
        Assert.Equal(101, client.ReadAnswer().Status);
    }

    /// <summary>A server whose actors decide when the test does.</summary>
    private AsyncServer Deciding(InMemoryNetworkOptions? network = null) =>
        new(prepare: a => a.Decide = (_, _) => new ValueTask<UpgradeDecision>(_decision.Task), network: network);

    private void Decide(AsyncServer server, UpgradeDecision decision)
    {
        _decision.SetResult(decision);
        server.Run();
    }
}
