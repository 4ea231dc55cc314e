// SPDX-License-Identifier: MIT
using Mare.Cli.Bench.Traffic;

namespace Mare.Cli.Bench.Pacing;

/// <summary>Says when messages go out, and from when on their time counts. In ticks of the loop's time provider; loop only.</summary>
/// <param name="inFlight">How many messages a lane may have under way.</param>
/// <param name="limit">How many messages a lane sends in all.</param>
internal abstract class Pace(int inFlight, long limit)
{
    protected int InFlight => inFlight;

    protected long Limit => limit;

    /// <summary>Counts what a lane may send now: 0 or more.</summary>
    public int Allowed(Lane lane, long now)
    {
        var room = Math.Min(inFlight - (lane.Sent - lane.Answered), limit - lane.Sent);
        return (int)Math.Max(0, Math.Min(room, Due(lane, now)));
    }

    /// <summary>Gets whether a lane has sent all it ever will, and has its answers.</summary>
    public bool IsDone(Lane lane) => lane.Answered >= limit;

    /// <summary>Notes that a lane sends, before it counts them as sent.</summary>
    public virtual void Sending(Lane lane, int count, long now)
    {
    }

    /// <summary>Gets when a message of a lane, which is under way, began to wait for its answer.</summary>
    public abstract long StartOf(Lane lane, long message);

    /// <summary>Counts messages of a lane that should have gone out by now and have not, whatever is under way.</summary>
    protected abstract long Due(Lane lane, long now);
}
