// SPDX-License-Identifier: MIT
using BenchmarkDotNet.Attributes;
using Lori;

namespace Mare.Bench.Micro.Loops;

/// <summary>Work posted to a loop: from a thread outside until the last has run, and from the loop itself.</summary>
[MemoryDiagnoser]
public class PostBenchmarks
{
    // Enough that waking the loop and waiting for it vanish in the mean.
    private const int Posts = 10_000;

    private readonly EventLoopGroup _loops = new(1);
    private readonly ManualResetEventSlim _done = new();
    private int _left;

    [Benchmark(Description = "post from outside, and run", OperationsPerInvoke = Posts)]
    public void FromOutside()
    {
        Begin();
        for (var i = 0; i < Posts; i++) _loops.Loops[0].Post(static me => me.CountDown(), this);
        _done.Wait();
    }

    [Benchmark(Description = "post on the loop, and run", OperationsPerInvoke = Posts)]
    public void OnLoop()
    {
        Begin();
        _loops.Loops[0].Post(static me => me.PostAll(), this);
        _done.Wait();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _loops.Dispose();
        _done.Dispose();
    }

    private void Begin()
    {
        _left = Posts;
        _done.Reset();
    }

    private void PostAll()
    {
        for (var i = 0; i < Posts; i++) _loops.Loops[0].Post(static me => me.CountDown(), this);
    }

    private void CountDown()
    {
        if (--_left == 0) _done.Set();
    }
}
