// SPDX-License-Identifier: MIT
#pragma warning disable RS0030 // System.IO: a stream over one byte; there is no I/O.
namespace Mare.Protocol;

// Gives a DeflateStream one byte, then says that there are no more.
internal sealed class ByteSource : Stream
{
    private byte _byte;
    private bool _isFull;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Put(byte value) => (_byte, _isFull) = (value, true);

    // Takes the byte back; false when it has been read.
    public bool Clear()
    {
        bool wasFull = _isFull;
        _isFull = false;
        return wasFull;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || !Clear())
            return 0;
        buffer[0] = _byte;
        return 1;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
