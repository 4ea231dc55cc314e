// SPDX-License-Identifier: MIT
using Lori;
using Mare.Cli.Bench.Traffic;

namespace Mare.Cli.Bench.Loads;

/// <summary>Holds connections and says nothing, but answers pings; what the server says is of no interest.</summary>
internal sealed class IdleLoad(EventLoop loop, BenchSettings settings) : Load(loop, settings, hasMessages: false)
{
    public override void Received(ILoadConnection connection, int messages)
    {
    }

    protected override Lane CreateLane() => new(0, 0);

    protected override void OnOpened(ILoadConnection connection) => Count++;
}
