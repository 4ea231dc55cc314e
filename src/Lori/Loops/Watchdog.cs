// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>
/// Looks, from a thread of its own, whether a callback holds its loop, and names it in a warning: once a callback, again
/// each time it has taken twice as long.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private readonly EventLoop[] _loops;
    private readonly TimeSpan _threshold;
    private readonly TimeProvider _time;
    private readonly Sighting[] _sightings;
    private readonly ManualResetEventSlim _end = new();
    private Thread? _thread;

    public Watchdog(EventLoop[] loops, TimeSpan threshold, TimeProvider time)
    {
        _loops = loops;
        _threshold = threshold;
        _time = time;
        _sightings = new Sighting[loops.Length];
    }

    /// <summary>Starts the thread, which looks twice in the time that is allowed.</summary>
    public void Start()
    {
        _thread = new Thread(Watch) { IsBackground = true, Name = "lori-watchdog" };
        _thread.UnsafeStart();
    }

    /// <summary>Looks once at each loop.</summary>
    public void Look()
    {
        var now = _time.GetTimestamp();
        for (var i = 0; i < _loops.Length; i++) Look(_loops[i], ref _sightings[i], now);
    }

    public void Dispose()
    {
        _end.Set();
        _thread?.Join();
        _end.Dispose();
    }

    private void Look(EventLoop loop, ref Sighting sighting, long now)
    {
        var number = loop.CallbackNumber;
        var (target, name) = loop.RunningCallback;
        if (target is null || number != sighting.Number)
        {
            sighting = new Sighting { Number = number, Since = now, ReportAfter = _threshold };
            return;
        }

        var held = _time.GetElapsedTime(sighting.Since, now);
        if (held < sighting.ReportAfter) return;
        sighting.ReportAfter = held * 2;
        Log.CallbackHoldsLoop(loop.Logger, name ?? "?", target.GetType().Name, loop.Id, (long)held.TotalMilliseconds);
    }

    private void Watch()
    {
        while (!_end.Wait(_threshold / 2)) Look();
    }

    private struct Sighting
    {
        public long Number;
        public long Since;
        public TimeSpan ReportAfter;
    }
}
