// SPDX-License-Identifier: MIT
using Lori;
using Mare.Cli.Bench.Pacing;
using Mare.Cli.Bench.Traffic;

namespace Mare.Cli.Bench.Loads;

/// <summary>Is a load that sends messages: on each connection that is a source, when its pace says so. Loop only.</summary>
internal abstract class MessageLoad(EventLoop loop, BenchSettings settings) : Load(loop, settings, hasMessages: true)
{
    private readonly ILoadConnection?[] _sources = new ILoadConnection?[settings.Sources]; // null when lost
    private OpenLoop? _schedule; // the pace, if messages are due at fixed times
    private LoopTimer? _timer;
    private int _lanes;
    private long _next; // of the schedule: the message that is due next
    private int _done;
    private bool _isRunning;

    public override long Unanswered =>
        _schedule is null ? 0 : _schedule.DueCount(Now) - _sources.Sum(static s => s?.Lane.Answered ?? 0);

    protected long Now => Loop.TimeProvider.GetTimestamp();

    protected Pace Pace { get; private set; } = null!;

    protected override void OnStart()
    {
        _isRunning = true;
        var limit = Settings.Messages ?? long.MaxValue;
        var now = Now;
        if (Settings.Rate is { } rate)
        {
            Pace = _schedule = new OpenLoop(_sources.Length, Settings.InFlight, limit, now, Loop.TimeProvider.TimestampFrequency / rate);
            _timer = this.StartTimer(TimeSpan.Zero, static me => me.SendDue());
            return;
        }

        Pace = new ClosedLoop(_sources.Length, Settings.InFlight, limit);
        foreach (var source in _sources) Send(source, now);
    }

    public override void Stop()
    {
        _isRunning = false;
        _timer?.Cancel();
    }

    protected override Lane CreateLane()
    {
        var number = _lanes++;
        return new Lane(number, number < _sources.Length ? number : 0);
    }

    protected override void OnOpened(ILoadConnection connection)
    {
        if (connection.Lane.Number < _sources.Length) _sources[connection.Lane.Number] = connection;
    }

    protected override void OnEnded(ILoadConnection connection, bool isLost)
    {
        if (connection.Lane.Number >= _sources.Length) return;
        _sources[connection.Lane.Number] = null;
        if (Pace is not null && !Pace.IsDone(connection.Lane)) CountDone();
    }

    /// <summary>Sends what a source may send now.</summary>
    protected void Send(ILoadConnection? source, long now)
    {
        if (source is null || !_isRunning) return;
        var lane = source.Lane;
        var left = Pace.Allowed(lane, now);
        if (left == 0) return;
        Pace.Sending(lane, left, now);
        OnSending(lane, left);
        while (left > 0)
        {
            var status = source.Send(Traffic!.Encode(lane.Number, lane.Sent, left, out var encoded));
            if (status == SendStatus.QueueFull) Fail(new BenchException("More is under way than a connection may queue"));
            lane.Sent += encoded;
            left -= encoded;
        }
    }

    /// <summary>Hears that a lane is about to send.</summary>
    protected virtual void OnSending(Lane lane, int count)
    {
    }

    /// <summary>Records how long messages of a source took, which have just come.</summary>
    protected void Record(Lane source, long first, int count, long now)
    {
        // Those that went out together are recorded together.
        while (count > 0)
        {
            var start = Pace.StartOf(source, first);
            var alike = 1;
            while (alike < count && Pace.StartOf(source, first + alike) == start) alike++;
            Latency.Record(now - start, alike);
            first += alike;
            count -= alike;
        }
    }

    /// <summary>Goes on after an answer: sends more, or sees that all is done.</summary>
    protected void Continue(ILoadConnection source, long now)
    {
        if (Pace.IsDone(source.Lane)) CountDone();
        else Send(source, now);
    }

    private void CountDone()
    {
        if (++_done == _sources.Length) Complete();
    }

    private void SendDue()
    {
        var now = Now;
        for (var due = _schedule!.DueCount(now); _next < due; _next++) Send(_sources[_next % _sources.Length], now);
        if (_next == _schedule.Total) return;
        var delay = Loop.TimeProvider.GetElapsedTime(now, _schedule.DueAt(_next)) - Settings.Alertness;
        _timer!.Restart(delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
    }
}
