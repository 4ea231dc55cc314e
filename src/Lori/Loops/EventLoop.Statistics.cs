// SPDX-License-Identifier: MIT
namespace Lori;

public sealed partial class EventLoop
{
    private Metrics _metrics;

    /// <summary>Gets what the loop has counted, lag included. Any thread; the numbers may be of different moments.</summary>
    public EventLoopStatistics Statistics => new(
        Volatile.Read(ref _metrics.Turns),
        FromTicks(Volatile.Read(ref _metrics.LastTurn)),
        FromTicks(Volatile.Read(ref _metrics.LongestTurn)),
        FromTicks(Volatile.Read(ref _metrics.LatestTimer)));

    /// <summary>Counts with plain fields: the loop is their one writer.</summary>
    private struct Metrics
    {
        public long Turns;
        public long LastTurn;
        public long LongestTurn;
        public long LatestTimer;
        private long _began;

        public void BeginTurn(long now) => _began = now;

        public void TimerRan(long late) => LatestTimer = Math.Max(LatestTimer, late);

        public void EndTurn(long now)
        {
            Turns++;
            LastTurn = now - _began;
            LongestTurn = Math.Max(LongestTurn, LastTurn);
        }
    }
}
