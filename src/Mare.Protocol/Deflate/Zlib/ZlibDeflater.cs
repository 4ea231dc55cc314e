// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

// Finalized, since a loop that ends leaves its codecs to the collector and zlib's memory is not its own.
internal sealed unsafe class ZlibDeflater : IDeflater
{
    private const int Deflated = 8; // the only method there is
    private const int MemoryLevel = 8; // zlib's default
    private const int DefaultStrategy = 0;

    private ZlibNative.Stream _stream;
    private bool _disposed;

    public ZlibDeflater(int level, int windowBits)
    {
        fixed (ZlibNative.Stream* stream = &_stream)
            ZlibNative.Check(ZlibNative.DeflateInit(stream, level, Deflated, -windowBits, MemoryLevel, DefaultStrategy));
    }

    ~ZlibDeflater() => End();

    public int Deflate(ref ReadOnlySpan<byte> input, scoped Span<byte> output, bool forget)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int left;
        fixed (ZlibNative.Stream* stream = &_stream)
        fixed (byte* source = input)
        fixed (byte* destination = output)
        {
            stream->NextIn = source;
            stream->AvailableIn = (uint)input.Length;
            stream->NextOut = destination;
            stream->AvailableOut = (uint)output.Length;
            int result = ZlibNative.Deflate(stream, forget ? ZlibNative.FullFlush : ZlibNative.SyncFlush);
            if (result != ZlibNative.BufferError)
                ZlibNative.Check(result);
            input = input[^(int)stream->AvailableIn..];
            left = (int)stream->AvailableOut;
        }
        return output.Length - left;
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
                _ = ZlibNative.DeflateEnd(stream);
        }
    }
}
