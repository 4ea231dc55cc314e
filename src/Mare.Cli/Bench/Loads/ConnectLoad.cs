// SPDX-License-Identifier: MIT
using Lori;
using Mare.Cli.Bench.Traffic;

namespace Mare.Cli.Bench.Loads;

/// <summary>
/// Opens connections, closes each by a close frame as soon as it is open, and opens another when it has ended: so many are at
/// some stage of that at any time. Counts those that were opened; their time is from the first packet to the upgrade.
/// </summary>
internal sealed class ConnectLoad(EventLoop loop, BenchSettings settings) : Load(loop, settings, hasMessages: false)
{
    private readonly Dictionary<Lane, long> _begun = [];
    private int _lanes;
    private bool _isRunning;

    protected override void OnStart()
    {
        _isRunning = true;
        OpenMore(Settings.Connections);
    }

    public override void Stop() => _isRunning = false;

    public override void Received(ILoadConnection connection, int messages)
    {
    }

    protected override Lane CreateLane()
    {
        var lane = new Lane(_lanes++, 0);
        _begun[lane] = Loop.TimeProvider.GetTimestamp();
        return lane;
    }

    protected override void OnOpened(ILoadConnection connection)
    {
        Count++;
        Latency.Record(Loop.TimeProvider.GetTimestamp() - _begun[connection.Lane], 1);
        connection.Finish();
    }

    protected override void OnEnded(ILoadConnection connection, bool isLost)
    {
        _begun.Remove(connection.Lane);
        if (_isRunning && !isLost) OpenMore(1);
    }
}
