// SPDX-License-Identifier: MIT
using Lori.Backends;

namespace Lori.Tls;

/// <content>What goes out: plaintext becomes records, records wait until the transport below has taken them.</content>
internal sealed partial class TlsTransport
{
    // How much is encrypted ahead of what the transport below takes: two full records, so that one call sends 32 KiB and a
    // peer that reads slowly makes this side hold no more ciphertext than that.
    private const int MaxBatch = 2 * TlsSession.MaxSend;

    private Wire? _output; // ciphertext that the transport below has not taken
    private Segment[]? _waiting; // what was to be sent and could not yet be encrypted
    private long _plaintextLeft; // what is still to go out in the clear
    private int _taken; // plaintext whose ciphertext is in the output
    private bool _inFlight;
    private bool _isSending; // within a call to this transport
    private bool _finTold;

    public override int Send(ReadOnlySpan<Segment> segments) => Send(segments, atOnce: false);

    public override int SendAtOnce(ReadOnlySpan<Segment> segments) => Send(segments, atOnce: true);

    private int Send(ReadOnlySpan<Segment> segments, bool atOnce)
    {
        if (_closed || _isBroken || _phase == Phase.Failed) return 0;
        if (_plaintextLeft > 0) return SendPlaintext(segments);
        if (_phase != Phase.Open || _output is not null)
        {
            // It is in flight, and the blocks are ours: after the handshake, or behind what the protocol itself has to say.
            _waiting = segments.ToArray();
            return 0;
        }

        var taken = Encrypt(segments);
        if (SendOutput(atOnce) && !_isBroken) return taken;
        _taken = taken;
        return 0;
    }

    void ITransportEvents.OnSendCompleted(int bytes)
    {
        if (_closed) return;
        if (_plaintextLeft > 0)
        {
            PlaintextSent(bytes);
            _events.OnSendCompleted(bytes);
            return;
        }

        _inFlight = false;
        Consumed(bytes);
        Pump();
    }

    void ITlsSessionEvents.WriteCiphertext(ReadOnlySpan<byte> data) => WriteCiphertext(data);

    private void WriteCiphertext(ReadOnlySpan<byte> data)
    {
        if (_closed || data.IsEmpty) return;
        _handshake?.OnAnswering();
        (_output ??= _loop.LeaseWire()).Write(data, stays: _inFlight);
    }

    /// <summary>Goes on with what waits to go out, as far as the transport below takes it. Never from inside a call to this transport.</summary>
    private void Pump()
    {
        while (!_closed)
        {
            if (!SendOutput()) return;
            if (_taken > 0 && !_isBroken)
            {
                var taken = _taken;
                _taken = 0;
                _events.OnSendCompleted(taken);
            }
            else if (_waiting is { } waiting && _phase == Phase.Open && !_isBroken)
            {
                _waiting = null;
                _taken = Encrypt(waiting);
            }
            else
            {
                break;
            }
        }

        FinishWhenSent();
    }

    /// <summary>Encrypts from the start of the segments: small ones of a turn into one record.</summary>
    /// <returns>The plaintext bytes that were taken.</returns>
    private int Encrypt(ReadOnlySpan<Segment> segments)
    {
        _isSending = true;
        var taken = 0;
        while (taken < MaxBatch && !segments.IsEmpty && !_isBroken)
        {
            ref readonly var first = ref segments[0];
            if (segments.Length > 1 && first.Length < TlsSession.MaxSend)
            {
                taken += Gather(ref segments);
                continue;
            }

            for (var sent = 0; sent < first.Length && !_isBroken; sent += TlsSession.MaxSend)
            {
                var part = Math.Min(TlsSession.MaxSend, first.Length - sent);
                _session.Send(first.Block.Array.AsMemory(first.Offset + sent, part));
            }

            taken += first.Length;
            segments = segments[1..];
        }

        _isSending = false;
        return taken;
    }

    /// <summary>Puts as many whole segments as fit, at least one, into one record.</summary>
    private int Gather(ref ReadOnlySpan<Segment> segments)
    {
        var record = _loop.Buffers.Rent(TlsSession.MaxSend);
        var length = 0;
        while (!segments.IsEmpty && length + segments[0].Length <= TlsSession.MaxSend)
        {
            var segment = segments[0];
            segment.Block.Array.AsSpan(segment.Offset, segment.Length).CopyTo(record.AsSpan(length));
            length += segment.Length;
            segments = segments[1..];
        }

        _session.Send(record.AsMemory(0, length));
        _loop.Buffers.Return(record);
        return length;
    }

    /// <summary>Sends ciphertext as far as the transport below takes it; true when none is left.</summary>
    private bool SendOutput(bool atOnce = false)
    {
        while (_output is not null && !_inFlight && !_closed)
        {
            var sent = atOnce ? _inner.SendAtOnce(_output.Segments) : _inner.Send(_output.Segments);
            if (sent == 0) _inFlight = true;
            else Consumed(sent);
        }

        return _output is null;
    }

    private void Consumed(int bytes)
    {
        _output!.Consume(bytes);
        if (_output.Length == 0) ReleaseOutput();
    }

    private void ReleaseOutput()
    {
        if (_output is null) return;
        _output.Clear();
        _loop.ReturnWire(_output);
        _output = null;
    }

    /// <summary>Sends what was accepted before TLS, no byte more of it.</summary>
    private int SendPlaintext(ReadOnlySpan<Segment> segments)
    {
        var left = _plaintextLeft;
        var count = 0;
        while (count < segments.Length && left > 0) left -= segments[count++].Length;
        var plain = segments[..count].ToArray();
        // What stands behind it in the last segment is for TLS.
        if (left < 0) plain[^1].Length += (int)left;
        var sent = _inner.Send(plain);
        if (sent > 0) PlaintextSent(sent);
        return sent;
    }

    private void PlaintextSent(int bytes)
    {
        _plaintextLeft -= bytes;
        if (_plaintextLeft == 0) BeginHandshake();
    }

    /// <summary>Says the last word, close_notify, which goes out behind what is in the output. RFC 8446, section 6.1.</summary>
    private void FinishSession()
    {
        _finished = true;
        _isSending = true;
        _session.SendCloseNotify();
        _isSending = false;
        SendOutput();
    }

    private void FinishWhenSent()
    {
        if (!_finWanted || _closed || _finTold) return;
        if (_phase == Phase.Open && !_finished && !_isBroken) FinishSession();
        if (!SendOutput()) return;
        _finTold = true;
        _inner.ShutdownSend();
    }
}
