// SPDX-License-Identifier: MIT
using Mare.Cli.Bench.Traffic;

namespace Mare.Cli.Bench.Pacing;

/// <summary>
/// Sends at a fixed rate, whatever the server does: message k of all is due k intervals after the start, and its time counts
/// from then, also when it had to wait for its turn. So a server that stops for a second is charged with all messages of
/// that second, and not with the few that happened to be under way (coordinated omission).
/// </summary>
/// <param name="lanes">How many lanes send, in turn.</param>
/// <param name="inFlight">How many messages a lane may have under way: what is due beyond that waits.</param>
/// <param name="limit">How many messages a lane sends in all.</param>
/// <param name="start">When the first message is due.</param>
/// <param name="interval">The time between two messages.</param>
internal sealed class OpenLoop(int lanes, int inFlight, long limit, long start, double interval) : Pace(inFlight, limit)
{
    /// <summary>Gets how many messages there are to send, of all lanes.</summary>
    public long Total => Limit > long.MaxValue / lanes ? long.MaxValue : Limit * lanes;

    /// <summary>Counts the messages of all lanes that are due: the number of the next one.</summary>
    public long DueCount(long now)
    {
        if (now < start) return 0;
        var last = (long)((now - start) / interval);
        // The division may be off by one, and what is due must be due at the tick that DueAt says.
        if (DueAt(last) > now) last--;
        else if (DueAt(last + 1) <= now) last++;
        return Math.Min(last + 1, Total);
    }

    /// <summary>Gets when a message, counted over all lanes, is due.</summary>
    public long DueAt(long message) => start + (long)Math.Ceiling(message * interval);

    public override long StartOf(Lane lane, long message) => DueAt((message * lanes) + lane.Number);

    protected override long Due(Lane lane, long now)
    {
        // Messages number, number + lanes, number + 2 lanes ... of all are this lane's.
        var due = DueCount(now) - lane.Number;
        return due <= 0 ? 0 : ((due + lanes - 1) / lanes) - lane.Sent;
    }
}
