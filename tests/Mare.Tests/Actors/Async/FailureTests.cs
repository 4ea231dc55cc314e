// SPDX-License-Identifier: MIT
namespace Mare.Tests.Actors.Async;

/// <summary>A user's exception, async void included, closes that connection with 1011, is logged once, touches no other.</summary>
public sealed class FailureTests
{
    private const int ActorFailed = 120;

    [Theory]
    [InlineData("OnOpen", false)]
    [InlineData("OnOpen", true)]
    [InlineData("OnTextMessage", false)]
    [InlineData("OnTextMessage", true)]
    [InlineData("OnBinaryMessage", false)]
    [InlineData("OnBinaryMessage", true)]
    public void Exception_InACallback_ClosesWith1011(string callback, bool later)
    {
        using var server = new AsyncServer(AsyncProbe.In(callback, async _ =>
        {
            if (later) await Task.Yield();
            throw new InvalidTimeZoneException("the user's");
        }));
        server.ExpectedErrors = 1;
        var client = server.Open();
        if (callback != "OnOpen") client.Send(ClientFrames.Text("a"), ClientFrames.Binary([1]), ClientFrames.Text("b"));
        Assert.Equal(1011, client.ReadFrame().CloseCode);
        client.Send(ClientFrames.Close(1011));
        client.Leave();
        Assert.Equal(["OnClosed 1011", "Dispose"], server.Actor.Calls.TakeLast(2));
        Assert.Equal(1, server.Log.CountOf(ActorFailed));
        Assert.Equal(0, server.Buffers);
    }

    [Fact]
    public void Exceptions_OfManyConnectionsAtOnce_AreNotAllLogged()
    {
        using var server = new AsyncServer(static (_, call, _) =>
            call.StartsWith("OnBinary", StringComparison.Ordinal) ? throw new InvalidTimeZoneException("the user's") : default);
        server.ExpectedErrors = 10;
        for (var i = 0; i < 30; i++)
        {
            var client = server.Open();
            client.Send(ClientFrames.Binary([1]));
            Assert.Equal(1011, client.ReadFrame().CloseCode);
        }

        Assert.Equal(10, server.Log.CountOf(ActorFailed));
    }

    [Fact]
    public void Exception_ThrownBeforeAnyTask_ClosesWith1011()
    {
        using var server = new AsyncServer(static (_, call, _) =>
            call.StartsWith("OnBinary", StringComparison.Ordinal) ? throw new InvalidTimeZoneException("the user's") : default);
        server.ExpectedErrors = 1;
        var client = server.Open();
        client.Send(ClientFrames.Binary([1]));
        Assert.Equal(1011, client.ReadFrame().CloseCode);
        Assert.Equal(0, server.Buffers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Exception_InOnClosed_IsLoggedAndTheActorDisposed(bool later)
    {
        using var server = new AsyncServer(AsyncProbe.In("OnClosed", async _ =>
        {
            if (later) await Task.Yield();
            throw new InvalidTimeZoneException("the user's");
        }));
        server.ExpectedErrors = 1;
        server.Open().Leave();
        Assert.Equal("Dispose", server.Actor.Calls[^1]);
        Assert.Equal(1, server.Log.CountOf(ActorFailed));
    }

    [Fact]
    public void Exception_WhileACallbackIsPending_ClosesAndTheCallbackEnds()
    {
        using var server = new AsyncServer(
            AsyncProbe.In("OnTextMessage", static (_, token) => Until.CancelledAsync(token)),
            static a => a.Between = static (_, call) =>
            {
                if (call == "OnPong boom") throw new InvalidTimeZoneException("the user's");
            });
        server.ExpectedErrors = 1;
        var client = server.Open();
        client.Send(ClientFrames.Text("a"), ClientFrames.Pong("boom"));
        Assert.Equal(1011, client.ReadFrame().CloseCode);
        client.Send(ClientFrames.Close(1011));
        client.Leave();
        Assert.Equal(["OnTextMessage a ended", "OnClosed 1011", "Dispose"], server.Actor.Calls.TakeLast(3));
    }

    [Fact]
    public void Exception_OnOneConnection_TouchesNoOther()
    {
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage boom", static async _ =>
        {
            await Task.Yield();
            throw new InvalidTimeZoneException("the user's");
        }));
        server.ExpectedErrors = 1;
        var other = server.Open();
        server.Open().Send(ClientFrames.Text("boom"));
        other.Send(ClientFrames.Text("fine"), ClientFrames.Ping("fine"));
        Assert.Equal("OnTextMessage fine", server.Actors[0].Calls[^1]);
        Assert.Equal("fine", other.ReadFrame().Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AsyncVoid_FromAPostOfAnAsyncActor_ClosesWith1011(bool later)
    {
        using var server = new AsyncServer();
        server.ExpectedErrors = 1;
        var client = server.Open();
        server.OnLoop(a => Boom(later));
        Assert.Equal(1011, client.ReadFrame().CloseCode);
        Assert.Equal(1, server.Log.CountOf(ActorFailed));
    }

    [Fact]
    public void AsyncVoid_BehindAnAwaitOfACallback_ClosesWith1011()
    {
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", static async _ =>
        {
            await Task.Yield();
            Boom(later: true);
            await Task.Yield();
        }));
        server.ExpectedErrors = 1;
        var client = server.Open();
        client.Send(ClientFrames.Text("a"));
        Assert.Equal(1011, client.ReadFrame().CloseCode);
    }

    [Fact]
    public void AsyncVoid_ThatFailsOnAnotherThread_ClosesWith1011()
    {
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", static _ =>
        {
            BoomElsewhere();
            return Task.CompletedTask;
        }));
        server.ExpectedErrors = 1;
        var client = server.Open();
        client.Send(ClientFrames.Text("a"));
        server.RunUntil(() => server.Log.CountOf(ActorFailed) == 1);
        server.Run();
        Assert.Equal(1011, client.ReadFrame().CloseCode);
    }

    [Fact]
    public void AsyncVoid_WhileTheUpgradeIsDecided_Is500()
    {
        var decision = new TaskCompletionSource<UpgradeDecision>();
        using var server = new AsyncServer(prepare: a => a.Decide = (_, _) =>
        {
            Boom(later: true);
            return new ValueTask<UpgradeDecision>(decision.Task);
        });
        server.ExpectedErrors = 1;
        var client = server.Request();
        Assert.Equal(500, client.ReadAnswer().Status);
        decision.SetResult(true);
        server.Run();
        Assert.Equal(["OnUpgradeRequest", "Dispose"], server.Actor.Calls);
    }

    [Theory]
    [InlineData("OnOpen")]
    [InlineData("OnTextMessage")]
    [InlineData("OnPong")]
    [InlineData("OnThrottled")]
    [InlineData("Post")]
    [InlineData("Timer")]
    public void AsyncVoid_InEachCallbackOfASyncActor_ClosesWith1011(string callback)
    {
        using var server = new MemoryServer(
            a => a.Hook = (_, call) =>
            {
                if (call == callback) Boom(later: true);
            },
            static o => o.IdleTimeout = TimeSpan.FromSeconds(30));
        server.ExpectedErrors = 1;
        var client = server.Open();
        Everything.Provoke(server, client);
        var close = client.ReadFrames()[^1];
        Assert.Equal(1011, close.CloseCode);
        Assert.Equal(1, server.Log.CountOf(ActorFailed));
    }

    [Fact]
    public void AsyncVoid_InOnClosedOrDisposeOfASyncActor_IsLoggedOnly()
    {
        using var server = new MemoryServer(static a => a.Hook = static (_, call) =>
        {
            if (call is "OnClosed" or "Dispose") Boom(later: true);
        });
        server.ExpectedErrors = 2;
        server.Open().Leave();
        Assert.Equal(2, server.Log.CountOf(ActorFailed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OperationCanceled_AfterTheConnectionEnded_IsNoError(bool reset)
    {
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", static (_, token) => Until.CancelledAsync(token)));
        var client = server.Open();
        client.Send(ClientFrames.Text("a"));
        if (reset) client.Reset();
        else client.Leave();
        Assert.Equal("Dispose", server.Actor.Calls[^1]);
        Assert.Empty(server.Log.Errors);
    }

    [Fact]
    public void OperationCanceled_WhileTheConnectionIsOpen_IsAnError()
    {
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", static async _ =>
        {
            await Task.Yield();
            throw new OperationCanceledException("of something else");
        }));
        server.ExpectedErrors = 1;
        var client = server.Open();
        client.Send(ClientFrames.Text("a"));
        Assert.Equal(1011, client.ReadFrame().CloseCode);
    }

    [Fact]
    public void OtherException_AfterTheConnectionEnded_IsLogged()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", _ => gate.Task));
        server.ExpectedErrors = 1;
        var client = server.Open();
        client.Send(ClientFrames.Text("a"));
        client.Leave();
        gate.SetException(new InvalidTimeZoneException("the user's"));
        server.Run();
        Assert.Equal(["OnClosed 1006", "Dispose"], server.Actor.Calls.TakeLast(2));
    }

    [Fact]
    public void ExceptionOfWhatIsRegisteredOnTheToken_IsLoggedAndTheActorTold()
    {
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", static (_, token) =>
        {
            token.Register(static () => throw new InvalidTimeZoneException("the user's"));
            return Until.CancelledAsync(token);
        }));
        server.ExpectedErrors = 1;
        var client = server.Open();
        client.Send(ClientFrames.Text("a"));
        client.Leave();
        Assert.Equal(["OnTextMessage a ended", "OnClosed 1006", "Dispose"], server.Actor.Calls.TakeLast(3));
    }

    private static async void Boom(bool later)
    {
        if (later) await Task.Yield();
        throw new InvalidTimeZoneException("the user's");
    }

    private static async void BoomElsewhere()
    {
        await Task.Run(static () => { }).ConfigureAwait(false);
        throw new InvalidTimeZoneException("the user's");
    }
}
