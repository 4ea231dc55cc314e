// SPDX-License-Identifier: MIT
using Lori;

namespace Mare.Cli.Bench.Loads;

/// <summary>Sends messages on all connections, each of which the server sends back. Counts those that came back.</summary>
internal sealed class EchoLoad(EventLoop loop, BenchSettings settings) : MessageLoad(loop, settings)
{
    public override void Received(ILoadConnection connection, int messages)
    {
        var lane = connection.Lane;
        if (lane.Received + messages > lane.Sent)
        {
            Fail(new BenchException($"The server sent more messages on connection {lane.Number} than it was sent"));
            return;
        }

        var now = Now;
        Record(lane, lane.Received, messages, now);
        lane.Received += messages;
        lane.Answered = lane.Received;
        Count += messages;
        Continue(connection, now);
    }
}
