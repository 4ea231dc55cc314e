// SPDX-License-Identifier: MIT
using System.Buffers;

namespace Mare.Protocol;

// Finalized: see ZlibDeflater.
internal sealed unsafe class ZlibInflater : IInflater
{
    private readonly int _windowBits;
    private ZlibNative.Stream _stream;
    private bool _disposed;

    public ZlibInflater(int windowBits)
    {
        _windowBits = windowBits;
        fixed (ZlibNative.Stream* stream = &_stream)
            ZlibNative.Check(ZlibNative.InflateInit(stream, -windowBits));
    }

    ~ZlibInflater() => End();

    public OperationStatus Inflate(ref ReadOnlySpan<byte> input, scoped Span<byte> output, out int written)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        fixed (ZlibNative.Stream* stream = &_stream)
        fixed (byte* source = input)
        fixed (byte* destination = output)
        {
            stream->NextIn = source;
            stream->AvailableIn = (uint)input.Length;
            stream->NextOut = destination;
            stream->AvailableOut = (uint)output.Length;
            int result = ZlibNative.Inflate(stream, ZlibNative.NoFlush);
            input = input[^(int)stream->AvailableIn..];
            written = output.Length - (int)stream->AvailableOut;
            return result switch
            {
                ZlibNative.StreamEnd => OperationStatus.Done,
                ZlibNative.Ok or ZlibNative.BufferError when stream->AvailableOut == 0 => OperationStatus.DestinationTooSmall,
                ZlibNative.Ok or ZlibNative.BufferError => OperationStatus.NeedMoreData,
                _ => OperationStatus.InvalidData,
            };
        }
    }

    public void Reset()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        fixed (ZlibNative.Stream* stream = &_stream)
            ZlibNative.Check(ZlibNative.InflateReset(stream, -_windowBits));
    }

    public void Dispose()
    {
        End();
        GC.SuppressFinalize(this);
    }

    private void End()
    {
        if (_disposed)
            return;
        _disposed = true;
        fixed (ZlibNative.Stream* stream = &_stream)
        {
            // Null when zlib, or the library, was not there to make it.
            if (stream->State != 0)
                _ = ZlibNative.InflateEnd(stream);
        }
    }
}
