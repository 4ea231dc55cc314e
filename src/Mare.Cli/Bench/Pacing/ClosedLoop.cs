// SPDX-License-Identifier: MIT
using Mare.Cli.Bench.Traffic;

namespace Mare.Cli.Bench.Pacing;

/// <summary>
/// Sends again what is answered: a number of messages is always under way. It finds what the server can do; its latencies say
/// how long a message waits behind the others, and a server that stops is asked nothing meanwhile.
/// </summary>
internal sealed class ClosedLoop(int lanes, int inFlight, long limit) : Pace(inFlight, limit)
{
    private readonly long[] _sentAt = new long[(long)lanes * inFlight];

    public override void Sending(Lane lane, int count, long now)
    {
        for (var i = 0; i < count; i++) _sentAt[IndexOf(lane, lane.Sent + i)] = now;
    }

    public override long StartOf(Lane lane, long message) => _sentAt[IndexOf(lane, message)];

    protected override long Due(Lane lane, long now) => InFlight;

    private long IndexOf(Lane lane, long message) => ((long)lane.Number * InFlight) + (message % InFlight);
}
