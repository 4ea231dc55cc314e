// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace Lori.Backends.Sockets;

internal sealed partial class SocketsTransport
{
    private readonly SocketsOperation _probe; // a receive without a buffer
    private bool _probing; // the probe is pending
    private bool _receiving;
    private bool _readable; // bytes or the end are there, or may be
    private bool _ended; // the end was read

    public override void Redirect(ITransportEvents events) => _events = events;

    public override void StartReceive()
    {
        if (_receiving || _closed || _ended) return;
        _receiving = true;
        _backend.Silent.Remove(this);
        if (_readable) _backend.Enqueue(this);
    }

    public override void StopReceive()
    {
        if (!_receiving || _closed) return;
        _receiving = false;
        if (!_probing) _backend.Silent.Add(this);
    }

    /// <summary>Asks to be told when there is something to read.</summary>
    private void Probe()
    {
        if (_probing || _failure != SocketError.Success) return;
        try
        {
            _probing = _socket.ReceiveAsync(_probe);
        }
        catch (ObjectDisposedException)
        {
            Fail(SocketError.OperationAborted);
            return;
        }

        if (_probing) _backend.Silent.Remove(this);
        else NoteReadable();
    }

    private void OnProbed()
    {
        _probing = false;
        if (!_closed) NoteReadable();
    }

    private void NoteReadable()
    {
        if (_probe.SocketError != SocketError.Success)
        {
            Fail(_probe.SocketError);
            return;
        }

        _readable = true;
        if (_receiving) _backend.Enqueue(this);
        else _backend.Silent.Add(this);
    }

    private void Receive()
    {
        _readable = false;
        var buffer = _backend.ReceiveBuffer;
        for (var reads = 0; reads < _backend.MaxReads; reads++)
        {
            var received = Read(buffer, out var error);
            if (error == SocketError.WouldBlock) break;
            if (error != SocketError.Success)
            {
                Fail(error);
                return;
            }

            if (received == 0)
            {
                EndReceive();
                return;
            }

            _events.OnReceived(buffer[..received]);
            if (_closed) return;
            // A short read has emptied the socket; the probe says if that was wrong, or its end is there.
            if (!_receiving || received < buffer.Length) break;
            // Others come first: the rest in the next turn.
            _readable = reads == _backend.MaxReads - 1;
        }

        if (_readable) _backend.Enqueue(this);
        else Probe();
    }

    private int Read(Span<byte> buffer, out SocketError error)
    {
        try
        {
            return _socket.Receive(buffer, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
            return 0;
        }
    }

    private void EndReceive()
    {
        _receiving = false;
        _ended = true;
        // A reset that a send has met is told by that send alone: the system says it once, and then that the stream has ended.
        if (_failure != SocketError.Success) return;
        _backend.Silent.Add(this);
        _events.OnEndOfStream();
    }
}
