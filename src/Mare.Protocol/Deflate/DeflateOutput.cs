// SPDX-License-Identifier: MIT
using System.Buffers;

namespace Mare.Protocol;

// Is where one message at a time is compressed to: a rented buffer that grows, and is kept while it is small.
internal sealed class DeflateOutput(ArrayPool<byte> pool) : IDisposable
{
    // What is kept between messages; a larger buffer goes back with the next message.
    private const int LargestKept = 64 * 1024;

    private const int SmallestBuffer = 4096;

    // zlib wants more than 6 bytes of room to flush into, or it writes its marker twice.
    private const int RoomToFlush = 16;

    private byte[]? _buffer;

    // RFC 7692 section 7.2.1: the last four bytes of a flush are 00 00 FF FF, and are not sent.
    internal static ReadOnlySpan<byte> Tail => [0x00, 0x00, 0xFF, 0xFF];

    // An empty message: the first byte of an empty block without compression (section 7.2.3.6).
    private static ReadOnlySpan<byte> EmptyMessage => [0x00];

    // Compresses a message as it stands in frames (section 7.2.1); the result is valid until the next call.
    public ReadOnlySpan<byte> Deflate(IDeflater deflater, ReadOnlySpan<byte> message, bool forget)
    {
        if (message.IsEmpty)
            return EmptyMessage;
        if (_buffer is { Length: > LargestKept } && message.Length < LargestKept)
            Dispose();

        int written = 0;
        do
        {
            EnsureRoom(written, message.Length / 2);
            written += deflater.Deflate(ref message, _buffer.AsSpan(written), forget);
        }
        while (written == _buffer!.Length);
        return _buffer.AsSpan(0, written - Tail.Length);
    }

    public void Dispose()
    {
        if (_buffer is not { } buffer)
            return;
        _buffer = null;
        pool.Return(buffer);
    }

    private void EnsureRoom(int written, int more)
    {
        int needed = Math.Max(SmallestBuffer, written + Math.Max(more, RoomToFlush));
        if (_buffer is { } full && full.Length - written >= RoomToFlush)
            return;
        byte[] larger = pool.Rent(Math.Max(needed, written * 2));
        _buffer.AsSpan(0, written).CopyTo(larger);
        Dispose();
        _buffer = larger;
    }
}
