// SPDX-License-Identifier: MIT
namespace Lori.Tests.Backends.Streams;

/// <summary>Is the part of a duplex stream that all in these tests share; what would block a loop throws.</summary>
internal abstract class TestStream : Stream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public abstract override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default);

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The loop would block.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The loop would block.");

    public override void Flush() => throw new NotSupportedException("The loop would block.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
