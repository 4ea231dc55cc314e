// SPDX-License-Identifier: MIT
using BenchmarkDotNet.Attributes;
using Lori;

namespace Mare.Bench.Micro.Loops;

/// <summary>A time-out that is put off again and again, as by each message, among many others on the loop.</summary>
[MemoryDiagnoser]
public class TimerBenchmarks
{
    private const int Restarts = 10_000;

    private readonly EventLoopGroup _loops = new(1);
    private readonly ManualResetEventSlim _done = new();
    private LoopTimer[] _timers = [];

    [Params(1, 10_000)]
    public int Timers { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var actor = new TimedActor(_loops.Loops[0]);
        OnLoop(me => me._timers = [.. Enumerable.Range(0, Timers).Select(i => actor.StartTimer(TimeSpan.FromSeconds(60 + i), static _ => { }))]);
    }

    [Benchmark(Description = "re-arm", OperationsPerInvoke = Restarts)]
    public void Restart() => OnLoop(static me =>
    {
        for (var i = 0; i < Restarts; i++) me._timers[i % me._timers.Length].Restart(TimeSpan.FromSeconds(60));
    });

    [GlobalCleanup]
    public void Cleanup()
    {
        _loops.Dispose();
        _done.Dispose();
    }

    private void OnLoop(Action<TimerBenchmarks> action)
    {
        _done.Reset();
        _loops.Loops[0].Post(
            static s =>
            {
                s.action(s.me);
                s.me._done.Set();
            },
            (me: this, action));
        _done.Wait();
    }

    private sealed class TimedActor(EventLoop loop) : Actor(loop);
}
