// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori.Backends;

namespace Mare.Testing;

/// <summary>Is a loop's end of a connection over an <see cref="InMemoryNetwork"/>.</summary>
/// <remarks>It plays completions: a send in flight reads its blocks when it completes, not when it begins.</remarks>
internal sealed class InMemoryTransport(InMemoryBackend backend, InMemoryEnd end, ITransportEvents events)
    : Transport, IInMemorySource, IInMemoryOwner
{
    // Written over received bytes once the callee has returned: who kept the span reads garbage.
    private const byte Poison = 0xDD;

    private Segment[]? _pending;
    private bool _receiving;
    private bool _lateDelivery;
    private bool _ended;
    private bool _failed;
    private bool _closed;
    private bool _reset;

    public bool IsQueued { get; set; }

    public bool HasWork => !_closed && (MustFail || CanSend || CanDeliver);

    public override EndPoint? LocalEndPoint => end.IsGone ? null : end.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => end.RemoteEndPoint;

    private bool MustFail => end.SeesReset && !_failed;

    private bool CanSend => _pending is not null && !_failed && end.Room > 0;

    private bool CanDeliver =>
        (_receiving || _lateDelivery) && !_ended && !_failed && !end.SeesReset && (end.Unread > 0 || end.Other.HasFinished);

    public override void Redirect(ITransportEvents other) => events = other;

    public override void StartReceive()
    {
        lock (end.Gate)
        {
            if (_receiving || _closed || _ended) return;
            _receiving = true;
            _lateDelivery = false;
            OnChanged();
        }
    }

    public override void StopReceive()
    {
        lock (end.Gate)
        {
            if (!_receiving || _closed) return;
            _receiving = false;
            // A receive that was given to the kernel before may still complete.
            _lateDelivery = end.Network.Happens(end.Network.Options.DeliversAfterStop);
            OnChanged();
        }
    }

    public override int Send(ReadOnlySpan<Segment> segments)
    {
        lock (end.Gate)
        {
            if (_pending is not null) throw new InvalidOperationException("A send is in flight already.");
            if (end.HasFinished) throw new InvalidOperationException("Nothing can be sent after the end (FIN).");
            if (_closed) return 0;
            if (!end.SeesReset && end.Room > 0 && !end.Network.Happens(end.Network.Options.DelaysSends))
                return Take(segments);
            _pending = segments.ToArray();
            OnChanged();
            return 0;
        }
    }

    public override int SendUncopied(ReadOnlySpan<byte> head, ReadOnlySpan<byte> data)
    {
        lock (end.Gate)
        {
            if (_pending is not null || _closed || end.HasFinished || end.SeesReset || end.Room <= 0) return 0;
            if (end.Network.Happens(end.Network.Options.DelaysSends)) return 0;
            var taken = end.Network.Part((int)Math.Min((long)head.Length + data.Length, end.Room), end.Network.Options.MaxSendSize);
            end.Send(head[..Math.Min(taken, head.Length)]);
            end.Send(data[..Math.Max(0, taken - head.Length)]);
            return taken;
        }
    }

    public override void ShutdownSend()
    {
        lock (end.Gate)
        {
            if (_pending is not null) throw new InvalidOperationException("A send is in flight: the end cannot overtake it.");
            end.Finish();
        }
    }

    public override void Close(bool reset)
    {
        if (_closed) return;
        _closed = true;
        _reset = reset;
        backend.ScheduleClose(this);
    }

    /// <summary>Closes, at the end of the turn.</summary>
    public void CloseNow()
    {
        lock (end.Gate) end.Close(_reset);
        _pending = null;
        events.OnClosed();
    }

    public void OnChanged() => backend.Look(this);

    public void OnReady()
    {
        if (_closed) return;
        if (TryFail()) return;
        if (TryCompleteSend(out var sent)) events.OnSendCompleted(sent);
        for (var reads = 0; reads < backend.MaxReads && TryDeliver(out var length); reads++)
        {
            if (length == 0)
            {
                events.OnEndOfStream();
                return;
            }

            var data = backend.ReceiveBuffer.AsSpan(0, length);
            events.OnReceived(data);
            data.Fill(Poison);
        }
    }

    private bool TryFail()
    {
        lock (end.Gate)
        {
            if (!MustFail) return false;
            _failed = true;
        }

        events.OnFailed(SocketError.ConnectionReset);
        return true;
    }

    private bool TryCompleteSend(out int sent)
    {
        sent = 0;
        lock (end.Gate)
        {
            if (_closed || !CanSend || end.Network.Happens(end.Network.Options.DelaysSends)) return false;
            sent = Take(_pending);
            _pending = null;
            return true;
        }
    }

    /// <summary>Takes the next received bytes; none (true, 0) for the end.</summary>
    private bool TryDeliver(out int length)
    {
        length = 0;
        lock (end.Gate)
        {
            if (_closed || !CanDeliver || end.Network.Happens(end.Network.Options.DelaysDeliveries)) return false;
            _lateDelivery = false;
            if (end.Unread == 0)
            {
                _ended = true;
                _receiving = false;
                return true;
            }

            var most = Math.Min(end.Unread, backend.ReceiveBuffer.Length);
            length = end.Read(backend.ReceiveBuffer.AsSpan(0, end.Network.Part(most, end.Network.Options.MaxDeliverySize)));
            return true;
        }
    }

    private int Take(ReadOnlySpan<Segment> segments)
    {
        long total = 0;
        foreach (var segment in segments) total += segment.Length;
        var room = (int)Math.Min(total, end.Room);
        var taken = end.Network.Part(room, end.Network.Options.MaxSendSize);
        var left = taken;
        foreach (var segment in segments)
        {
            var part = Math.Min(segment.Length, left);
            end.Send(segment.Block.Array.AsSpan(segment.Offset, part));
            left -= part;
            if (left == 0) break;
        }

        return taken;
    }
}
