// SPDX-License-Identifier: MIT
using Lori;
using Mare.Cli.Bench.Traffic;

namespace Mare.Cli.Bench.Loads;

/// <summary>
/// Sends messages on the first connection, each of which the server sends as it is to all others. Counts those that arrived. A
/// message is answered when all others have it; whether its sender gets it too is the server's to decide.
/// </summary>
internal sealed class BroadcastLoad(EventLoop loop, BenchSettings settings) : MessageLoad(loop, settings)
{
    private readonly int[] _missing = new int[settings.InFlight]; // of each message under way: how many have yet to get it
    private ILoadConnection? _sender;
    private int _listeners;

    public override void Received(ILoadConnection connection, int messages)
    {
        var lane = connection.Lane;
        if (lane.Received + messages > _sender!.Lane.Sent)
        {
            Fail(new BenchException($"The server sent more messages on connection {lane.Number} than there were"));
            return;
        }

        var first = lane.Received;
        lane.Received += messages;
        if (connection == _sender) return;
        var now = Now;
        Record(_sender.Lane, first, messages, now);
        Count += messages;
        CountDown(first, messages, now);
    }

    protected override void OnOpened(ILoadConnection connection)
    {
        base.OnOpened(connection);
        if (connection.Lane.Number == 0) _sender = connection;
        else _listeners++;
    }

    protected override void OnSending(Lane lane, int count)
    {
        for (var i = 0; i < count; i++) _missing[(lane.Sent + i) % _missing.Length] = _listeners;
    }

    protected override void OnEnded(ILoadConnection connection, bool isLost)
    {
        base.OnEnded(connection, isLost);
        if (!isLost) return;
        if (connection == _sender)
        {
            Fail(new BenchException("The connection that sends was lost"));
            return;
        }

        _listeners--;
        if (_sender is null) return;
        // Nobody waits for what it will not get.
        var lane = connection.Lane;
        CountDown(lane.Received, (int)(_sender.Lane.Sent - lane.Received), Now);
    }

    private void CountDown(long first, int messages, long now)
    {
        var sender = _sender!.Lane;
        var answered = sender.Answered;
        for (var i = 0; i < messages; i++)
        {
            if (--_missing[(first + i) % _missing.Length] == 0) sender.Answered++;
        }

        if (sender.Answered > answered) Continue(_sender, now);
    }
}
