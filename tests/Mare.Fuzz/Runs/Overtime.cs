// SPDX-License-Identifier: MIT
namespace Mare.Fuzz.Runs;

/// <summary>Tells when something takes more processor time than it may; looked at once a second, on a thread of its own.</summary>
internal sealed class Overtime : IDisposable
{
    private readonly TimeSpan _allowed;
    private readonly Action _over;
    private readonly Timer _timer;
    private long _round;
    private long _seenRound = -1;
    private TimeSpan _began;

    public Overtime(TimeSpan allowed, Action over)
    {
        _allowed = allowed;
        _over = over;
        _timer = new Timer(_ => Look(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Says that the next one begins.</summary>
    public void Restart() => Interlocked.Increment(ref _round);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        long round = Interlocked.Read(ref _round);
        TimeSpan used = Environment.CpuUsage.TotalTime;
        if (round != _seenRound)
            (_seenRound, _began) = (round, used);
        else if (used - _began > _allowed)
            _over();
    }
}
