// SPDX-License-Identifier: MIT
namespace Mare.Tests.Http;

/// <summary>Handlers that await: back on the loop, within their time, and told when nobody waits any more.</summary>
public sealed class AsyncHandlerTests
{
    private readonly TaskCompletionSource<PlainResponse?> _gate = new();
    private CancellationToken _token;

    [Fact]
    public void Answer_Later_IsSentThen()
    {
        using var server = Gated();
        var client = server.Request([.. Requests.Get("/1"), .. Requests.Get("/2")]);
        Assert.Equal(0, client.Peer.TotalReceived);
        Complete(server, PlainResponse.Text("later"));
        Assert.Equal("later", client.ReadPlain().Body);
        // The next request had come already; the gate is open for it.
        Assert.Equal("later", client.ReadPlain().Body);
        client.AssertNothingFollows();
    }

    [Fact]
    public void Await_ComesBack_ToTheLoop()
    {
        var loops = new List<EventLoop?>();
        using var server = Answers.ServeAsync(async (_, _) =>
        {
            loops.Add(EventLoop.Current);
            await _gate.Task;
            loops.Add(EventLoop.Current);
            await Task.Yield();
            loops.Add(EventLoop.Current);
            return null;
        });
        var client = server.Request(Requests.Get());
        Complete(server, null);
        Assert.Equal(404, client.ReadPlain().Status);
        Assert.All(loops, loop => Assert.Same(server.Loops.Group.Loops[0], loop));
        Assert.Equal(3, loops.Count);
    }

    [Fact]
    public async Task Await_WithoutItsContext_IsAnsweredOnTheLoop()
    {
        using var server = Answers.ServeAsync(async (_, _) =>
        {
            await _gate.Task.ConfigureAwait(false);
            return PlainResponse.Text("elsewhere");
        });
        var client = server.Request(Requests.Get());
        await Task.Run(() => _gate.SetResult(null), TestContext.Current.CancellationToken);
        server.Run();
        Assert.Equal("elsewhere", client.ReadPlain().Body);
    }

    [Fact]
    public void Answer_NotInTime_Is503AndCancelled()
    {
        using var server = Answers.ServeAsync(static async (_, token) =>
        {
            await Until.CancelledAsync(token);
            return null;
        });
        var client = server.Request(Requests.Get());
        server.Advance(9.9);
        Assert.Equal(0, client.Peer.TotalReceived);
        server.Advance(0.1);
        Assert.Equal(503, client.ReadPlainAndEnd().Status);
    }

    [Fact]
    public void Answer_AfterItsTime_IsIgnored()
    {
        using var server = Gated();
        var client = server.Request(Requests.Get());
        server.Advance(10);
        Assert.True(_token.IsCancellationRequested);
        Complete(server, PlainResponse.Text("late"));
        Assert.Equal(503, client.ReadPlainAndEnd().Status);
    }

    [Fact]
    public void Failure_AfterItsTime_IsLoggedAndNothingElse()
    {
        using var server = Gated();
        server.ExpectedErrors = 1;
        var client = server.Request(Requests.Get());
        server.Advance(10);
        _gate.SetException(new InvalidOperationException("late"));
        server.Run();
        Assert.Equal(503, client.ReadPlainAndEnd().Status);
        Assert.Equal("late", server.Log.Errors[0].Exception!.Message);
    }

    [Fact]
    public void Failure_Later_Is500()
    {
        using var server = Gated();
        server.ExpectedErrors = 1;
        var client = server.Request([.. Requests.Get(), .. Requests.Get()]);
        _gate.SetException(new InvalidOperationException("boom"));
        server.Run();
        Assert.Equal(500, client.ReadPlainAndEnd().Status);
    }

    [Fact]
    public void Cancellation_OfItsOwn_IsAFailure()
    {
        using var server = Gated();
        server.ExpectedErrors = 1;
        var client = server.Request(Requests.Get());
        _gate.SetCanceled(TestContext.Current.CancellationToken);
        server.Run();
        Assert.Equal(500, client.ReadPlainAndEnd().Status);
    }

    [Fact]
    public void AsyncVoid_Failing_Is500AndTheAnswerIsDropped()
    {
        using var server = Answers.ServeAsync(async (_, _) =>
        {
            Fail();
            return await _gate.Task;
        });
        server.ExpectedErrors = 1;
        var client = server.Request(Requests.Get());
        Assert.Equal(500, client.ReadPlainAndEnd().Status);
        Complete(server, PlainResponse.Text("late"));

        static async void Fail()
        {
            await Task.Yield();
            throw new InvalidOperationException("void");
        }
    }

    [Fact]
    public void Client_ThatResets_CancelsTheHandlerAndTheStopAwaitsIt()
    {
        using var server = Gated();
        var client = server.Request(Requests.Get());
        Assert.False(_token.IsCancellationRequested);
        client.Reset();
        Assert.True(_token.IsCancellationRequested);
        var stop = server.Server.StopAsync();
        server.Run();
        Assert.False(stop.IsCompleted);
        Complete(server, PlainResponse.Text("to nobody"));
        server.Loops.RunUntilDone(stop);
    }

    [Fact]
    public void Token_CancelledCallbackThatThrows_IsLogged()
    {
        using var server = Answers.ServeAsync(async (_, token) =>
        {
            token.Register(static () => throw new InvalidOperationException("registered"));
            return await _gate.Task;
        });
        server.ExpectedErrors = 1;
        server.Request(Requests.Get()).Reset();
        Complete(server, null);
    }

    [Fact]
    public void Client_ThatEndsItsSending_IsAnswered()
    {
        using var server = Gated();
        var client = server.Request(Requests.Get());
        client.Peer.ShutdownSend();
        server.Run();
        Assert.False(_token.IsCancellationRequested);
        Complete(server, PlainResponse.Text("still"));
        Assert.Equal("still", client.ReadPlainAndEnd().Body);
    }

    [Fact]
    public void Requests_WhileTheHandlerWaits_AreReadWithinBounds()
    {
        using var server = Gated();
        var client = server.Request(Requests.Get());
        var more = Requests.Get("/", "X: " + new string('x', 1000));
        for (var i = 0; i < 100; i++) client.Send(more);
        Assert.InRange(client.Peer.Undelivered, 80_000, 100_000);
        Complete(server, PlainResponse.Text("a"));
        for (var i = 0; i < 101; i++) Assert.Equal("a", client.ReadPlain().Body);
        client.AssertNothingFollows();
    }

    [Fact]
    public void Handler_OfOneConnection_DoesNotHoldOthers()
    {
        using var server = Answers.ServeAsync(async (request, _) => request.Path == "/slow" ? await _gate.Task : Answers.Echo(request));
        var slow = server.Request(Requests.Get("/slow"));
        Assert.Equal("GET /fast", server.Request(Requests.Get("/fast")).ReadPlain().Body);
        Complete(server, PlainResponse.Text("slow"));
        Assert.Equal("slow", slow.ReadPlain().Body);
    }

    [Fact]
    public void Context_OfOneRequest_DoesNotReachTheNext()
    {
        var local = new AsyncLocal<string?>();
        var seen = new List<string?>();
        using var server = Answers.Serve(request =>
        {
            seen.Add(local.Value);
            local.Value = request.Path;
            return null;
        });
        server.Request([.. Requests.Get("/1"), .. Requests.Get("/2")]);
        Assert.Equal([null, null], seen);
    }

    private MemoryServer Gated() => Answers.ServeAsync(async (_, token) =>
    {
        _token = token;
        return await _gate.Task;
    });

    private void Complete(MemoryServer server, PlainResponse? response)
    {
        _gate.SetResult(response);
        server.Run();
    }
}
