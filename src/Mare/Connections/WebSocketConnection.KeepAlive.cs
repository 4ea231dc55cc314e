// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using Mare.Protocol;

namespace Mare;

/// <content>
/// Pings by the interval of the options, and drops a peer that does not answer. One timer goes with the connection: it bounds
/// the handshake, then paces this, then bounds the closing handshake. Traffic costs nothing here: its counts are compared.
/// </content>
public sealed partial class WebSocketConnection
{
    // The server's mark, by which the answer is told from those of the actor's own pings, and the time.
    private const int PingSize = sizeof(uint) + sizeof(long);
    private const long NotMeasured = -1;

    private long _pingedAt; // in the loop's time
    private long _bytesThen; // what had gone by when the peer was asked
    private long _roundTrip = NotMeasured; // ticks of a TimeSpan
    private bool _isAsked;
    private bool _isAskedBehindOutput; // the kernel had no room for what this side had sent
    private bool _wasPaused; // since the peer was asked

    /// <summary>
    /// Gets the time from the last automatic ping that was answered to its answer, from turn to turn of the loop; null before
    /// the first. <see cref="WebSocketServerOptions.KeepAlive"/> says how often. Any thread.
    /// </summary>
    public TimeSpan? RoundTripTime => Volatile.Read(ref _roundTrip) is var ticks and not NotMeasured ? TimeSpan.FromTicks(ticks) : null;

    private KeepAliveOptions KeepAlive => _server.Options.KeepAlive;

    private void StartKeepAlive()
    {
        if (_open && KeepAlive.Interval != Timeout.InfiniteTimeSpan) AwaitNextPing(TimeSpan.Zero);
    }

    private void OnTimer()
    {
        if (_opening is not null) _opening.OnTimeout();
        else if (!_open) OnCloseTimeout();
        else if (!_isAsked) AskPeer();
        else if (HasAnswered()) AwaitNextPing(KeepAlive.PongTimeout!.Value);
        else DropDeadPeer();
    }

    private void AwaitNextPing(TimeSpan passed)
    {
        _isAsked = false;
        var delay = (KeepAlive.Interval!.Value * (1 - (KeepAlive.Jitter * _server.NextRandom(_loop)))) - passed;
        _timer.Restart(delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
    }

    private void AskPeer()
    {
        _isAsked = true;
        _wasPaused = _tcp.IsReadingPaused;
        // A ping waits behind what the peer does not read: that it takes some of that is answer enough.
        _isAskedBehindOutput = _tcp.IsThrottled || _tcp.IsSendWaiting;
        _bytesThen = BytesGoneBy;
        _timer.Restart(KeepAlive.PongTimeout!.Value);
        if (_tcp.IsThrottled) return;
        _pingedAt = _loop.Now;
        Span<byte> payload = stackalloc byte[PingSize];
        WriteMark(payload);
        WriteControl(Opcode.Ping, payload);
    }

    private long BytesGoneBy => _tcp.BytesReceived + (_isAskedBehindOutput ? _tcp.BytesSent : 0);

    // While this side does not read, nothing can be said of the peer, unless there is output for it to take.
    private bool HasAnswered() => BytesGoneBy != _bytesThen || (_wasPaused && !_isAskedBehindOutput);

    private void DropDeadPeer()
    {
        Log.PeerDead(_server.Logger);
        _server.Count(_loop, Counted.DeadPeer);
        LeaveOpen();
        _tcp.Abort();
    }

    /// <summary>Takes the answer to an automatic ping; false when the pong is for the actor.</summary>
    private bool TakePong(ReadOnlySpan<byte> payload)
    {
        if (payload.Length != PingSize || BinaryPrimitives.ReadUInt32LittleEndian(payload) != _server.PingMark) return false;
        Span<byte> last = stackalloc byte[PingSize];
        WriteMark(last);
        // A late one, of the ping before, measures nothing.
        if (payload.SequenceEqual(last)) Volatile.Write(ref _roundTrip, _loop.FromTicks(_loop.Now - _pingedAt).Ticks);
        return true;
    }

    // The time is masked: how long this machine is up is nobody's business.
    private void WriteMark(Span<byte> payload)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(payload, _server.PingMark);
        BinaryPrimitives.WriteInt64LittleEndian(payload[sizeof(uint)..], _pingedAt ^ _server.PingMask);
    }
}
