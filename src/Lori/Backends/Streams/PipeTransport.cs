// SPDX-License-Identifier: MIT
using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Lori.Backends.Streams;

/// <summary>Is a connection over a duplex pipe; waiting for input needs no buffer.</summary>
/// <remarks>
/// What is read is copied, once, into the loop's receive buffer: a pipe's memory is to be read only, and frames are unmasked
/// in place. Completing the output is the end (FIN), completing both with an error is a reset.
/// </remarks>
internal sealed class PipeTransport(StreamBackend backend, IDuplexPipe pipe, AcceptedStream accepted, ITransportEvents events)
    : DuplexTransport(backend, accepted, events)
{
    // What a pipe holds by default until its writer has to wait; more at once would only make it grow.
    private const int MaxWrite = 64 * 1024;

    private Operation<ReadResult> _read;
    private Operation<FlushResult> _flush;
    private bool _hasRead;
    private byte[]? _buffer;
    private int _writing;

    protected override int Read(out Span<byte> data)
    {
        data = default;
        while (true)
        {
            if (!_hasRead && !BeginRead()) return -1;
            _hasRead = false;
            var result = _read.Take();
            if (!result.Buffer.IsEmpty)
            {
                data = Copy(result.Buffer);
                return data.Length;
            }

            pipe.Input.AdvanceTo(result.Buffer.End);
            // Else someone cancelled the read, and only that one.
            if (result.IsCompleted) return 0;
        }
    }

    protected override void Release()
    {
        if (_buffer is not null) Backend.ReturnReceiveBuffer(_buffer);
        _buffer = null;
    }

    protected override void DropRead()
    {
        if (!_hasRead) return;
        _hasRead = false;
        try
        {
            pipe.Input.AdvanceTo(_read.Take().Buffer.Start);
        }
        catch (Exception)
        {
            // The other end broke it.
        }
    }

    protected override int Write(ReadOnlySpan<Segment> segments)
    {
        _writing = 0;
        foreach (var segment in segments)
        {
            var part = Math.Min(segment.Length, MaxWrite - _writing);
            pipe.Output.Write(segment.Block.Array.AsSpan(segment.Offset, part));
            _writing += part;
            if (_writing == MaxWrite) break;
        }

        WritePending = !_flush.Begin(pipe.Output.FlushAsync(), OnWritten);
        return WritePending ? 0 : ContinueWrite();
    }

    protected override int ContinueWrite()
    {
        // Nobody reads any more: over TCP that is a reset.
        if (_flush.Take().IsCompleted) throw new SocketException((int)SocketError.ConnectionReset);
        return _writing;
    }

    protected override void DropWrite()
    {
        try
        {
            _flush.Take();
        }
        catch (Exception)
        {
            // The other end broke it.
        }
    }

    protected override void EndWriting() => pipe.Output.Complete();

    protected override void TakeDisposal()
    {
        // Completing a pipe ends at once.
    }

    protected override void CancelOperations()
    {
        pipe.Input.CancelPendingRead();
        pipe.Output.CancelPendingFlush();
    }

    protected override bool Dispose(bool reset)
    {
        var error = reset ? new IOException("The connection was reset.", new SocketException((int)SocketError.ConnectionReset)) : null;
        pipe.Output.Complete(error);
        pipe.Input.Complete(error);
        return true;
    }

    private bool BeginRead()
    {
        ReadPending = !_read.Begin(pipe.Input.ReadAsync(), OnRead);
        _hasRead = true;
        return !ReadPending;
    }

    private Span<byte> Copy(ReadOnlySequence<byte> received)
    {
        _buffer = Backend.TakeReceiveBuffer();
        var length = (int)Math.Min(received.Length, _buffer.Length);
        var part = received.Slice(0, length);
        part.CopyTo(_buffer);
        pipe.Input.AdvanceTo(part.End);
        return _buffer.AsSpan(0, length);
    }
}
