// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;

namespace Lori.Backends.Streams;

/// <summary>Is a connection over a duplex <see cref="Stream"/>.</summary>
/// <remarks>
/// It waits for input by a read of no bytes, which needs no buffer, and then reads into the loop's one receive buffer. There
/// are streams whose reads of no bytes end at once; those are found out, and wait with a small pooled buffer of their own.
/// </remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "Its token source has no timer and no handle.")]
internal sealed class StreamTransport(StreamBackend backend, Stream stream, AcceptedStream accepted, ITransportEvents events)
    : DuplexTransport(backend, accepted, events)
{
    // A probe may wake for less than can be read (a part of a TLS record); three in a row that did so woke for nothing.
    private const int MaxMisses = 3;

    // What an idle connection holds whose stream cannot wait without: a page.
    private const int SmallestOwnBuffer = 4096;
    private const int LargestOwnBuffer = 64 * 1024;

    private readonly CancellationTokenSource _cancellation = new();
    private Operation<int> _read;
    private Operation _write;
    private Operation _disposal;
    private ReadStep _readStep;
    private WriteStep _writeStep;
    private byte[]? _buffer;
    private bool _bufferIsOwn;
    private bool _bufferWasFilled;
    private int _ownSize = SmallestOwnBuffer;
    private int _misses;
    private int _writing;
    private bool _flushes;

    private enum ReadStep
    {
        None,
        Probe, // a read of no bytes
        Data,
    }

    private enum WriteStep
    {
        None,
        Data,
        Flush,
        End,
    }

    public override bool CanShutdownSend => stream is NetworkStream or SslStream;

    private bool WaitsWithoutBuffer => _misses < MaxMisses;

    protected override int Read(out Span<byte> data)
    {
        data = default;
        if (_readStep == ReadStep.None && !BeginRead(WaitsWithoutBuffer ? ReadStep.Probe : ReadStep.Data)) return -1;
        if (_readStep == ReadStep.Probe)
        {
            TakeRead();
            var isHit = BeginRead(ReadStep.Data);
            _misses = isHit ? 0 : _misses + 1;
            if (!isHit) return -1;
        }

        var count = TakeRead();
        _bufferWasFilled = count == _buffer!.Length;
        data = _buffer.AsSpan(0, count);
        return count;
    }

    protected override void Release()
    {
        if (_buffer is null) return;
        if (!_bufferIsOwn)
        {
            Backend.ReturnReceiveBuffer(_buffer);
        }
        else
        {
            Backend.Buffers.Return(_buffer);
            _ownSize = _bufferWasFilled ? Math.Min(_ownSize * 2, LargestOwnBuffer) : SmallestOwnBuffer;
        }

        _buffer = null;
    }

    protected override void DropRead()
    {
        if (_readStep != ReadStep.None)
        {
            try
            {
                TakeRead();
            }
            catch (Exception)
            {
                // It was cancelled, or its stream disposed of.
            }
        }

        Release();
    }

    protected override int Write(ReadOnlySpan<Segment> segments)
    {
        var first = segments[0];
        _writing = first.Length;
        // A stream that collects what is written is flushed behind the last.
        _flushes = segments.Length == 1;
        var data = first.Block.Array.AsMemory(first.Offset, first.Length);
        return BeginWrite(WriteStep.Data, stream.WriteAsync(data, _cancellation.Token)) ? Math.Max(0, ContinueWrite()) : 0;
    }

    protected override int ContinueWrite()
    {
        TakeWrite(out var ended);
        if (ended == WriteStep.End) return 0;
        if (ended == WriteStep.Data && _flushes)
        {
            if (!BeginWrite(WriteStep.Flush, new ValueTask(stream.FlushAsync(_cancellation.Token)))) return -1;
            TakeWrite(out _);
        }

        return _writing;
    }

    protected override void DropWrite()
    {
        try
        {
            TakeWrite(out _);
        }
        catch (Exception)
        {
            // It was cancelled, or its stream disposed of.
        }
    }

    protected override void EndWriting()
    {
        if (stream is NetworkStream network) network.Socket.Shutdown(SocketShutdown.Send);
        else if (stream is SslStream tls && BeginWrite(WriteStep.End, new ValueTask(tls.ShutdownAsync()))) TakeWrite(out _);
    }

    protected override void TakeDisposal() => _disposal.Take();

    protected override void CancelOperations() => _cancellation.Cancel();

    protected override bool Dispose(bool reset)
    {
        if (reset && stream is NetworkStream network)
        {
            network.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
            // Disposing of the stream would first shut down, which the peer may see as an end.
            network.Socket.Dispose();
        }

        return _disposal.Begin(stream.DisposeAsync(), OnDisposed);
    }

    private bool BeginRead(ReadStep step)
    {
        if (step == ReadStep.Data) RentBuffer();
        ReadPending = !_read.Begin(stream.ReadAsync(_buffer, _cancellation.Token), OnRead);
        _readStep = step;
        return !ReadPending;
    }

    private int TakeRead()
    {
        _readStep = ReadStep.None;
        return _read.Take();
    }

    private bool BeginWrite(WriteStep step, ValueTask write)
    {
        _writeStep = step;
        WritePending = !_write.Begin(write, OnWritten);
        return !WritePending;
    }

    private void TakeWrite(out WriteStep ended)
    {
        ended = _writeStep;
        _writeStep = WriteStep.None;
        _write.Take();
    }

    private void RentBuffer()
    {
        _bufferIsOwn = !WaitsWithoutBuffer;
        _buffer = _bufferIsOwn ? Backend.Buffers.Rent(_ownSize) : Backend.TakeReceiveBuffer();
    }
}
