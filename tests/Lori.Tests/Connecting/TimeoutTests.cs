// SPDX-License-Identifier: MIT
using System.Net;

namespace Lori.Tests.Connecting;

/// <summary>Ends attempts that nobody answers: by the time-out, by the caller, by the end of the loop.</summary>
public sealed class TimeoutTests : IDisposable
{
    private readonly ConnectNetwork _net = new();
    private readonly int _port;

    public TimeoutTests()
    {
        _port = _net.Listen();
        _net.Network.IgnoreConnects(new IPEndPoint(IPAddress.Loopback, _port));
    }

    private ConnectOptions Options => new() { Host = "127.0.0.1", Port = _port, Timeout = TimeSpan.FromSeconds(2.5) };

    public void Dispose() => _net.Dispose();

    [Fact]
    public void Timeout_NoAnswer_FailsThenAndNotBefore()
    {
        var attempt = _net.Connect(Options);
        _net.Loops.Advance(TimeSpan.FromSeconds(2.4));
        Assert.False(attempt.Done.IsCompleted);
        Assert.Equal(1, _net.Loop.ConnectionCount);
        _net.Loops.Advance(TimeSpan.FromSeconds(0.1));
        var error = ConnectNetwork.AssertFailed(attempt, ConnectFailure.TimedOut);
        Assert.Equal($"Cannot connect to 127.0.0.1:{_port}: no answer came within 2.5 s.", error.Message);
        _net.Loops.ThrowIfAnythingIsHeld();
    }

    [Fact]
    public void Timeout_Default_IsTenSeconds()
    {
        var attempt = _net.Connect(new ConnectOptions { Host = "127.0.0.1", Port = _port });
        _net.Loops.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(attempt.Done.IsCompleted);
        _net.Loops.Advance(TimeSpan.FromSeconds(0.1));
        ConnectNetwork.AssertFailed(attempt, ConnectFailure.TimedOut);
    }

    [Fact]
    public void Timeout_Infinite_WaitsOn()
    {
        var options = Options;
        options.Timeout = Timeout.InfiniteTimeSpan;
        var attempt = _net.Connect(options);
        _net.Loops.Advance(TimeSpan.FromHours(1));
        Assert.False(attempt.Done.IsCompleted);
        _net.Loops.Dispose();
        ConnectNetwork.AssertFailed(attempt, ConnectFailure.LoopEnded);
    }

    [Fact]
    public void Timeout_TheNameIsNotFoundInTime_SaysSo()
    {
        var lookup = new TaskCompletionSource<IPAddress[]>();
        _net.Network.SetName("slow", lookup.Task);
        var options = Options;
        options.Host = "slow";
        var attempt = _net.Connect(options);
        _net.Loops.Advance(TimeSpan.FromSeconds(2.5));
        var error = ConnectNetwork.AssertFailed(attempt, ConnectFailure.TimedOut);
        Assert.Equal($"Cannot connect to slow:{_port}: its address was not found within 2.5 s.", error.Message);
        lookup.SetResult([IPAddress.Loopback]);
        _net.Loops.RunUntilIdle();
        Assert.Equal(["OnConnectFailure"], attempt.Actor.Calls);
    }

    [Fact]
    public void Timeout_AfterTheConnectionWasMade_DoesNothing()
    {
        _net.Network.AllowConnects(new IPEndPoint(IPAddress.Loopback, _port));
        var (actor, done) = _net.Connect(Options);
        Assert.True(done.IsCompletedSuccessfully);
        _net.Loops.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["OnStarted"], actor.Calls);
    }

    [Fact]
    public void Cancel_UnderWay_FailsOnce()
    {
        using var cancel = new CancellationTokenSource();
        var attempt = _net.Connect(Options, cancel);
        cancel.Cancel();
        _net.Loops.RunUntilIdle();
        var error = ConnectNetwork.AssertFailed(attempt, ConnectFailure.Cancelled);
        Assert.Equal($"Cannot connect to 127.0.0.1:{_port}: it was cancelled.", error.Message);
        _net.Loops.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["OnConnectFailure"], attempt.Actor.Calls);
        _net.Loops.ThrowIfAnythingIsHeld();
    }

    [Fact]
    public void Cancel_BeforeItBegan_Fails()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        ConnectNetwork.AssertFailed(_net.Connect(Options, cancel), ConnectFailure.Cancelled);
    }

    [Fact]
    public void Cancel_WhileTheNameIsLookedUp_EndsTheLookup()
    {
        using var cancel = new CancellationTokenSource();
        var lookup = new TaskCompletionSource<IPAddress[]>();
        _net.Network.SetName("slow", lookup.Task);
        var options = Options;
        options.Host = "slow";
        var attempt = _net.Connect(options, cancel);
        cancel.Cancel();
        _net.Loops.RunUntilIdle();
        ConnectNetwork.AssertFailed(attempt, ConnectFailure.Cancelled);
    }

    [Fact]
    public void Cancel_AfterTheConnectionWasMade_DoesNothing()
    {
        _net.Network.AllowConnects(new IPEndPoint(IPAddress.Loopback, _port));
        using var cancel = new CancellationTokenSource();
        var (actor, _) = _net.Connect(Options, cancel);
        cancel.Cancel();
        _net.Loops.RunUntilIdle();
        Assert.Equal(["OnStarted"], actor.Calls);
    }

    [Fact]
    public void LoopEnds_UnderWay_FailsOnce()
    {
        var attempt = _net.Connect(Options);
        _net.Loops.Dispose();
        var error = ConnectNetwork.AssertFailed(attempt, ConnectFailure.LoopEnded);
        Assert.Equal($"Cannot connect to 127.0.0.1:{_port}: the event loop has ended.", error.Message);
    }

    [Fact]
    public void LoopEnds_BeforeItBegan_FailsOnce()
    {
        var attempt = _net.Begin(Options);
        _net.Loops.Dispose();
        ConnectNetwork.AssertFailed(attempt, ConnectFailure.LoopEnded);
    }

    [Fact]
    public void LoopEnds_WhileTheNameIsLookedUp_FailsOnce()
    {
        var lookup = new TaskCompletionSource<IPAddress[]>();
        _net.Network.SetName("slow", lookup.Task);
        var options = Options;
        options.Host = "slow";
        var attempt = _net.Connect(options);
        _net.Loops.Dispose();
        ConnectNetwork.AssertFailed(attempt, ConnectFailure.LoopEnded);
        lookup.SetResult([IPAddress.Loopback]);
    }

    [Fact]
    public async Task LoopHasEnded_Connect_FailsAllTheSame()
    {
        _net.Loops.Dispose();
        var attempt = _net.Begin(Options);
        await Assert.ThrowsAsync<ConnectException>(
            () => attempt.Done.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        ConnectNetwork.AssertFailed(attempt, ConnectFailure.LoopEnded);
    }

    [Fact]
    public void LoopEnds_OnConnectFailureConnectsAgain_FailsThatToo()
    {
        var again = new RecordingActor();
        Task? done = null;
        var (actor, _) = _net.Connect(Options);
        actor.WhenConnectFailed = _ => done = again.ConnectAsync(_net.Loop, Options, TestContext.Current.CancellationToken);
        _net.Loops.Dispose();
        Assert.NotNull(done);
        Assert.True(SpinWait.SpinUntil(() => done.IsCompleted, TimeSpan.FromSeconds(30)), "the second attempt was not told");
        Assert.Equal(ConnectFailure.LoopEnded, again.ConnectError!.Reason);
    }
}
