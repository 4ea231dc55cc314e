// SPDX-License-Identifier: MIT
using System.Diagnostics;
using Lori;
using Mare;

namespace Backpressure;

/// <summary>Sends as fast as its peer reads, and says four times a second how that goes.</summary>
internal sealed class Producer(TaskCompletionSource<Producer> opened, SlowReader reader) : WebSocketServerActor
{
    private const int MessagesAtOnce = 64;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly TaskCompletionSource<(long Produced, long MostWaiting)> _done = new();
    private readonly byte[] _message = new byte[16 * 1024];
    private readonly long _start = Stopwatch.GetTimestamp();
    private LoopTimer? _timer;
    private long _produced;
    private long _mostWaiting;

    /// <summary>Gets what was produced and how much waited at most, once the connection has ended.</summary>
    public Task<(long Produced, long MostWaiting)> Done => _done.Task;

    protected override void OnOpen()
    {
        opened.SetResult(this);
        _timer = this.StartTimer(Interval, static me => me.Report());
        Produce();
    }

    // The peer has caught up: go on.
    protected override void OnUnthrottled() => Produce();

    protected override void OnClosed(CloseStatus status, string reason) => _done.SetResult((_produced, _mostWaiting));

    private void Produce()
    {
        for (var i = 0; i < MessagesAtOnce; i++)
        {
            var status = Connection.SendBinary(_message);
            if (status.IsAccepted()) _produced++;
            _mostWaiting = Math.Max(_mostWaiting, Connection.UnsentBytes);
            // Throttled: the message was accepted, and OnUnthrottled says when to send the next. Closed: that was all.
            if (status != SendStatus.Accepted) return;
        }

        // The peer keeps up. Other connections of the loop want their turn, so this goes on in the next.
        this.Post(static me => me.Produce());
    }

    private void Report()
    {
        var time = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        Console.WriteLine(
            $"{time,6:F2} s {Megabytes(_produced),8:F1} MB   {Connection.UnsentBytes / 1024,9} KB   " +
            $"{(Connection.IsThrottled ? "throttled" : "sending"),-15}   {reader.State,-12}{Megabytes(reader.Messages),7:F1} MB");
        _timer!.Restart(Interval);
    }

    private double Megabytes(long messages) => messages * _message.Length / (1024.0 * 1024.0);
}
