// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori.Backends;

namespace Mare.Testing;

/// <summary>Is the server's end of a connection over an <see cref="InMemoryNetwork"/>.</summary>
/// <remarks>It plays completions: a send in flight reads its blocks when it completes, not when it begins.</remarks>
internal sealed class InMemoryTransport(InMemoryBackend backend, InMemoryLink link, ITransportEvents events)
    : Transport, IInMemorySource
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

    public InMemoryLink Link => link;

    public bool IsQueued { get; set; }

    public bool HasWork => !_closed && (MustFail || CanSend || CanDeliver);

    public override EndPoint? LocalEndPoint => link.ServerGone ? null : link.ServerEndPoint;

    public override EndPoint? RemoteEndPoint => link.PeerEndPoint;

    private bool MustFail => link.ServerSeesReset && !_failed;

    private bool CanSend => _pending is not null && !_failed && link.Room > 0;

    private bool CanDeliver =>
        (_receiving || _lateDelivery) && !_ended && !_failed && (link.Undelivered > 0 || link.PeerFinished);

    public override void StartReceive()
    {
        lock (link.Gate)
        {
            if (_receiving || _closed || _ended) return;
            _receiving = true;
            _lateDelivery = false;
            Look();
        }
    }

    public override void StopReceive()
    {
        lock (link.Gate)
        {
            if (!_receiving || _closed) return;
            _receiving = false;
            // A receive that was given to the kernel before may still complete.
            _lateDelivery = link.Network.Happens(link.Network.Options.DeliversAfterStop);
            Look();
        }
    }

    public override int Send(ReadOnlySpan<Segment> segments)
    {
        lock (link.Gate)
        {
            if (_pending is not null) throw new InvalidOperationException("A send is in flight already.");
            if (link.ServerFinished) throw new InvalidOperationException("Nothing can be sent after the end (FIN).");
            if (_closed) return 0;
            if (!link.ServerSeesReset && link.Room > 0 && !link.Network.Happens(link.Network.Options.DelaysSends))
                return Take(segments);
            _pending = segments.ToArray();
            Look();
            return 0;
        }
    }

    public override void ShutdownSend()
    {
        lock (link.Gate)
        {
            if (_pending is not null) throw new InvalidOperationException("A send is in flight: the end cannot overtake it.");
            link.FinishServer();
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
        lock (link.Gate) link.CloseServer(_reset);
        _pending = null;
        events.OnClosed();
    }

    /// <summary>Puts this connection in line if it has something to do. Under the gate.</summary>
    public void Look() => backend.Look(this);

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
        lock (link.Gate)
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
        lock (link.Gate)
        {
            if (_closed || !CanSend || link.Network.Happens(link.Network.Options.DelaysSends)) return false;
            sent = Take(_pending);
            _pending = null;
            return true;
        }
    }

    /// <summary>Takes the next received bytes; none (true, 0) for the end.</summary>
    private bool TryDeliver(out int length)
    {
        length = 0;
        lock (link.Gate)
        {
            if (_closed || !CanDeliver || link.Network.Happens(link.Network.Options.DelaysDeliveries)) return false;
            _lateDelivery = false;
            if (link.Undelivered == 0)
            {
                _ended = true;
                _receiving = false;
                return true;
            }

            var most = Math.Min(link.Undelivered, backend.ReceiveBuffer.Length);
            length = link.Deliver(backend.ReceiveBuffer.AsSpan(0, link.Network.Part(most, link.Network.Options.MaxDeliverySize)));
            return true;
        }
    }

    private int Take(ReadOnlySpan<Segment> segments)
    {
        long total = 0;
        foreach (var segment in segments) total += segment.Length;
        var room = (int)Math.Min(total, link.Room);
        return link.SendFromServer(segments, link.Network.Part(room, link.Network.Options.MaxSendSize));
    }
}
