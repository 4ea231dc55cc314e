// SPDX-License-Identifier: MIT
using System.Diagnostics;
using HdrHistogram;
using Lori;
using Mare.Cli.Bench.Figures;
using Mare.Cli.Bench.Loads;
using Mare.Cli.Bench.Output;

namespace Mare.Cli.Bench;

/// <summary>Runs a load through its phases: open, warm up, measure, end. Not on the loop.</summary>
/// <param name="settings">What to do.</param>
/// <param name="loop">Where the connections live.</param>
/// <param name="output">Where progress is shown.</param>
/// <param name="interrupt">Ends the measured time early, or the run before it.</param>
internal sealed class BenchRun(BenchSettings settings, EventLoop loop, BenchOutput output, CancellationToken interrupt)
{
    // Enough handshakes that a server with a JIT has compiled them for good before its memory is read, but few connections
    // at once: the heap must not be grown yet to what is going to be measured.
    private const int RehearsalConnections = 250;
    private const int RehearsalRounds = 20;

    private readonly ProcessUsage? _server = settings.ServerPid is { } pid ? new ProcessUsage(pid) : null;

    /// <summary>Runs it all.</summary>
    /// <exception cref="BenchException">There is no result.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted before there was any.</exception>
    public async Task<BenchReport> RunAsync()
    {
        try
        {
            return settings.Scenario == BenchScenario.Idle ? await HoldAsync() : await MeasureAsync();
        }
        catch (Exception e) when (e is IOException && _server is { Exists: false })
        {
            throw new BenchException("The server's process has ended");
        }
    }

    private async Task<BenchReport> MeasureAsync()
    {
        Load load = settings.Scenario switch
        {
            BenchScenario.Echo => new EchoLoad(loop, settings),
            BenchScenario.Broadcast => new BroadcastLoad(loop, settings),
            _ => new ConnectLoad(loop, settings),
        };
        var memoryBefore = _server?.ResidentBytes() ?? 0;
        var secondsToOpen = 0.0;
        if (load is MessageLoad) secondsToOpen = await OpenAsync(load, settings.Connections);
        var total = LatencyRecorder.CreateHistogram();
        var before = await StartAsync(load);
        var after = await WatchAsync(load, before, total);
        var (unanswered, errors, compression) = await OnLoopAsync(load, static l => (l.Unanswered, new Dictionary<string, int>(l.Errors), l.Compression));
        var memory = _server?.ResidentBytes() ?? 0;
        await EndAsync(load);
        var count = after.Count - before.Count;
        var (serverCpu, loadCpu) = (after.ServerCpuSeconds - before.ServerCpuSeconds, after.LoadCpuSeconds - before.LoadCpuSeconds);
        return new BenchReport
        {
            Url = settings.Target.Url,
            Scenario = NameOf(settings.Scenario),
            Connections = settings.Connections,
            Size = load is MessageLoad ? settings.Size : 0,
            InFlight = load is MessageLoad ? settings.InFlight : 0,
            Rate = load is MessageLoad ? settings.Rate : null,
            Compression = compression,
            SecondsToOpen = secondsToOpen,
            Seconds = loop.TimeProvider.GetElapsedTime(before.Time, after.Time).TotalSeconds,
            Count = count,
            Unanswered = unanswered,
            Latency = LatencySummary.Of(total),
            Server = _server is null ? null : new ServerFigures(serverCpu, memoryBefore, memory, count > 0 ? serverCpu * 1e6 / count : null, null),
            LoadCpuSeconds = loadCpu,
            OtherCpuSeconds = after.MachineCpuSeconds - before.MachineCpuSeconds - serverCpu - loadCpu is { } other ? Math.Max(0, other) : null,
            Errors = errors,
            Distribution = LatencyBucket.Of(total),
        };
    }

    /// <summary>Holds idle connections, and sees what they add to the server's memory.</summary>
    private async Task<BenchReport> HoldAsync()
    {
        var load = new IdleLoad(loop, settings);
        for (var round = 0; _server is not null && round < RehearsalRounds; round++)
        {
            var rehearsal = new IdleLoad(loop, settings);
            await OpenAsync(rehearsal, Math.Min(RehearsalConnections, settings.Connections));
            await EndAsync(rehearsal);
        }

        if (_server is not null) await PassAsync(load, settings.Warmup);
        var memoryBefore = _server?.ResidentBytes() ?? 0;
        var seconds = await OpenAsync(load, settings.Connections);
        if (_server is not null) await PassAsync(load, settings.Warmup);
        var memory = _server?.ResidentBytes() ?? 0;
        var before = await ReadAsync(load);
        var after = await WatchAsync(load, before, LatencyRecorder.CreateHistogram());
        var errors = await OnLoopAsync(load, static l => new Dictionary<string, int>(l.Errors));
        await EndAsync(load);
        var serverCpu = after.ServerCpuSeconds - before.ServerCpuSeconds;
        return new BenchReport
        {
            Url = settings.Target.Url,
            Scenario = NameOf(settings.Scenario),
            Connections = settings.Connections,
            Size = 0,
            InFlight = 0,
            SecondsToOpen = seconds,
            Seconds = loop.TimeProvider.GetElapsedTime(before.Time, after.Time).TotalSeconds,
            Count = settings.Connections,
            Server = _server is null ? null : new ServerFigures(
                serverCpu, memoryBefore, memory, null, (double)(memory - memoryBefore) / settings.Connections),
            LoadCpuSeconds = after.LoadCpuSeconds - before.LoadCpuSeconds,
            Errors = errors,
        };
    }

    private async Task<double> OpenAsync(Load load, int count)
    {
        var start = Stopwatch.GetTimestamp();
        var opened = load.OpenAsync(count);
        var first = await Task.WhenAny(opened, load.Failed, Task.Delay(Timeout.Infinite, interrupt));
        await first;
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Starts the load, and lets it warm up; without a warm-up, its very first message counts.</summary>
    private async Task<Reading> StartAsync(Load load)
    {
        var before = await ReadAsync(load, static load => load.Start());
        if (settings.Warmup == TimeSpan.Zero) return before;
        await PassAsync(load, settings.Warmup);
        interrupt.ThrowIfCancellationRequested();
        return await ReadAsync(load);
    }

    /// <summary>Lets the load run for the measured time, and tells how it goes, second by second.</summary>
    private async Task<Reading> WatchAsync(Load load, Reading first, LongHistogram total)
    {
        var last = first;
        while (true)
        {
            var left = settings.Duration - loop.TimeProvider.GetElapsedTime(first.Time, last.Time);
            if (left <= TimeSpan.Zero) return last;
            await PassAsync(load, left < output.Interval ? left : output.Interval);
            // Asked before the reading, which then has all that was done, however short the time it took.
            var isOver = load.Done.IsCompleted || interrupt.IsCancellationRequested;
            var next = await ReadAsync(load);
            total.Add(next.Latency);
            output.Progress(ProgressOf(first, last, next));
            last = next;
            if (isOver) return last;
        }
    }

    private BenchProgress ProgressOf(Reading first, Reading last, Reading next)
    {
        var seconds = loop.TimeProvider.GetElapsedTime(last.Time, next.Time).TotalSeconds;
        return new BenchProgress(
            loop.TimeProvider.GetElapsedTime(first.Time, next.Time),
            seconds > 0 ? (next.Count - last.Count) / seconds : 0,
            LatencySummary.Of(next.Latency),
            _server is null || seconds <= 0 ? null : (next.ServerCpuSeconds - last.ServerCpuSeconds) / seconds);
    }

    /// <summary>Waits some time, or less when the load is done or interrupted; throws when it has failed.</summary>
    private async Task PassAsync(Load load, TimeSpan time)
    {
        if (time <= TimeSpan.Zero) return;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        var delay = Task.Delay(time, loop.TimeProvider, enough.Token);
        if (await Task.WhenAny(load.Failed, load.Done, delay) == load.Failed) await load.Failed;
        await enough.CancelAsync();
    }

    private Task<Reading> ReadAsync(Load load, Action<Load>? then = null)
    {
        var empty = LatencyRecorder.CreateHistogram();
        return OnLoopAsync(load, l =>
        {
            var reading = Reading.Take(l, _server, empty);
            then?.Invoke(l);
            return reading;
        });
    }

    private static async Task EndAsync(Load load)
    {
        load.Post(static load => load.Stop());
        var ended = load.FinishAsync();
        await await Task.WhenAny(ended, load.Failed);
        load.Post(static load => load.Release());
    }

    private static Task<T> OnLoopAsync<T>(Load load, Func<Load, T> function)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        load.Post(
            static (load, s) =>
            {
                try
                {
                    s.answer.SetResult(s.function(load));
                }
                catch (Exception e)
                {
                    s.answer.SetException(e);
                }
            },
            (answer, function));
        return answer.Task;
    }

    private static string NameOf(BenchScenario scenario) => scenario switch
    {
        BenchScenario.Echo => "echo",
        BenchScenario.Connect => "connect",
        BenchScenario.Idle => "idle",
        _ => "broadcast",
    };
}
