// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare;

/// <content>
/// Holds messages back while a callback of an async actor is pending: control frames are answered and the end is noticed,
/// up to a bound of read-ahead; the first message waits, then the backend stops.
/// </content>
public sealed partial class WebSocketConnection
{
    /// <summary>How many bytes are read while a callback is pending: enough for control frames, little enough for thousands.</summary>
    internal const int MaxReadAhead = 16 * 1024;

    private Held? _held;

    private bool IsHeld => _held is { IsActive: true };

    /// <summary>Delivers no message until <see cref="CallbackEnded"/>.</summary>
    internal void Hold()
    {
        if (!_wasOpen) return;
        _held ??= new Held();
        _held.IsActive = true;
    }

    /// <summary>Hears that the actor's pending callback has ended.</summary>
    internal void CallbackEnded()
    {
        // One ended and led to the next: the decision to OnOpenAsync, for instance.
        if (_actor is { IsBusy: true }) return;
        if (_tcpEnded) Finish();
        else if (_wasOpen) Release();
        // A request that was refused while the actor decided: the decision comes too late.
        else if (_opening is null) EndActor();
    }

    /// <summary>Goes on after a callback: with the message that waits, if one does, and then with reading.</summary>
    private void Release()
    {
        if (_held is not { IsActive: true } held || _actor is { IsBusy: true }) return;
        // Whoever aborted hears nothing more.
        if (!_open) DropHeldMessage();
        // The message waits on, and with it what is behind it.
        if (_actorPaused && held.Message is not null) return;
        held.IsActive = held.IsStopped = false;
        held.ReadAhead = 0;
        if (held.Message is { } message)
        {
            var (kind, length) = (held.Kind, held.Length);
            held.Message = null;
            // This may leave the next callback pending; then it has the whole bound for itself.
            if (kind == ProtocolEventKind.Text) DeliverText(message.AsSpan(0, length));
            else DeliverBinary(message.AsSpan(0, length));
            _loop.Buffers.Return(message);
        }

        UpdateReading();
    }

    private void HoldMessage(ProtocolEventKind kind, ReadOnlySpan<byte> payload)
    {
        var held = _held!;
        held.Kind = kind;
        held.Message = _loop.Buffers.Rent(payload.Length);
        held.Length = payload.Length;
        payload.CopyTo(held.Message);
        held.IsStopped = true;
        UpdateReading();
    }

    /// <summary>Counts what was read while a callback is pending; too much stops the backend.</summary>
    private void CountReadAhead(int bytes)
    {
        // Who closes reads on, for the peer's close frame: messages are discarded then and need no bound.
        if (_held is not { IsActive: true } held || !_open) return;
        held.ReadAhead += bytes;
        if (held.ReadAhead <= MaxReadAhead) return;
        held.IsStopped = true;
        UpdateReading();
    }

    private void SetActorPaused(bool paused)
    {
        _loop.ThrowIfNotCurrent();
        // Who closes awaits the peer's close frame.
        if (paused && _wasOpen && !_open) return;
        _actorPaused = paused;
        // A message that waited for this comes after the current callback.
        if (!paused && _held is { Message: not null }) _loop.Post(static me => me.Release(), this);
        UpdateReading();
    }

    /// <summary>Reads, unless the actor does not want to, what is read ahead is enough, or the client was too fast.</summary>
    internal void UpdateReading()
    {
        if (!_actorPaused && _held is not { IsStopped: true } && _meter is not { IsPausing: true })
        {
            _tcp.ResumeReading();
            return;
        }

        _wasPaused = true;
        _tcp.PauseReading();
    }

    /// <summary>Reads on for the peer's close frame; messages are discarded from now on, the one that waits too.</summary>
    private void ReadOnForClose()
    {
        DropHeldMessage();
        _held?.IsStopped = false;
        _meter?.EndPause();
        _actorPaused = false;
        UpdateReading();
    }

    private void DropHeldMessage()
    {
        if (_held?.Message is not { } message) return;
        _held.Message = null;
        _loop.Buffers.Return(message);
    }

    /// <summary>Is what a connection of an async actor keeps while a callback is pending.</summary>
    private sealed class Held
    {
        public bool IsActive;
        public bool IsStopped;
        public int ReadAhead;
        public ProtocolEventKind Kind;
        public byte[]? Message;
        public int Length;
    }
}
