// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare;

/// <content>How fast the client sends, against <see cref="RateLimits"/>. The time is the turn's, so it costs no clock.</content>
public sealed partial class WebSocketConnection
{
    private RateMeter? _meter; // null where neither messages nor bytes are limited
    private TokenBucket _controlFrames;

    private void StartMeter()
    {
        if (_server.Rates.IsMetered) _meter = new RateMeter(_loop.CreateTimer(static me => me.OnRatePaid(), this), _tcp.BytesReceived);
    }

    /// <summary>Counts a message; false when it is too many, and the connection was failed for it.</summary>
    private bool TakesMessage() =>
        !_open || _server.Rates.Messages is not { } rate || TakesUpTo(_meter!.Messages.Spend(rate, 1, _loop.Now));

    /// <summary>Counts what was received; parked bytes once, when they came.</summary>
    private void MeterBytes()
    {
        if (!_open || _server.Rates.Bytes is not { } rate || _meter!.TakeBytes(_tcp.BytesReceived) is not (> 0 and var bytes)) return;
        TakesUpTo(_meter.Bytes.Spend(rate, bytes, _loop.Now));
    }

    /// <summary>Counts a ping or a pong; false when it is one too many, and the connection was failed for it.</summary>
    private bool TakesControlFrame()
    {
        if (!_open || _server.Rates.ControlFrames is not { } rate || _controlFrames.Spend(rate, 1, _loop.Now) <= 0) return true;
        _server.Count(_loop, Counted.ControlFlood);
        Expel("too many control frames");
        return false;
    }

    private bool TakesUpTo(long over)
    {
        if (over <= 0) return true;
        if (_server.Rates.Closes)
        {
            _server.Count(_loop, Counted.RateExceeded);
            Expel("too much at once");
            return false;
        }

        if (_meter!.Pause(_loop, over)) _server.Count(_loop, Counted.RateExceeded);
        UpdateReading();
        return true;
    }

    private void OnRatePaid()
    {
        _meter!.EndPause();
        UpdateReading();
    }

    /// <summary>Fails the connection for what the client did, with 1008; no answer is awaited from it. RFC 6455, section 7.1.7.</summary>
    private void Expel(string reason)
    {
        _tcp.DrainInbox();
        // What another thread sent before may have been a close.
        if (!_open) return;
        EndSending(CloseInitiator.Self, (CloseStatus)CloseCode.PolicyViolation, reason);
        Span<byte> frame = stackalloc byte[CloseFrame.MaxSize];
        WriteClose(frame[.._protocol.StartClose(frame, CloseCode.PolicyViolation, reason)]);
        EndTcp();
    }
}
