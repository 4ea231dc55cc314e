// SPDX-License-Identifier: MIT
namespace Lori.Tests.Backends.Streams;

/// <summary>
/// Hides what a stream really is, and is as unhelpful as a stream may be: reads of no bytes end at once, nothing heeds its
/// cancellation, and what is written waits for a flush.
/// </summary>
internal sealed class PlainStream(Stream inner) : TestStream
{
    private readonly MemoryStream _unflushed = new();

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

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
