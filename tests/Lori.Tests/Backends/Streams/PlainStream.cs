// SPDX-License-Identifier: MIT
namespace Lori.Tests.Backends.Streams;

/// <summary>
/// Hides what a stream really is, and is as unhelpful as a stream may be: reads of no bytes end at once, nothing heeds its
/// cancellation, and what is written waits for a flush.
/// </summary>
internal sealed class PlainStream(Stream inner) : Stream
{
    private readonly MemoryStream _unflushed = new();

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.IsEmpty ? default : inner.ReadAsync(buffer, CancellationToken.None);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _unflushed.Write(buffer.Span);
        return default;
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        var data = _unflushed.ToArray();
        _unflushed.SetLength(0);
        await inner.WriteAsync(data, CancellationToken.None);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The loop would block.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The loop would block.");

    public override void Flush() => throw new NotSupportedException("The loop would block.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
