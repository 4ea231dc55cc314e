// SPDX-License-Identifier: MIT
using System.IO.Pipelines;

namespace Mare.Tests.Streams;

/// <summary>Is a duplex stream over two pipes, of which nothing is known but what every stream promises.</summary>
internal sealed class PipeStream(PipeReader input, PipeWriter output) : Stream
{
    private readonly Stream _input = input.AsStream();
    private readonly Stream _output = output.AsStream();

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public bool IsDisposed { get; private set; }

    /// <summary>Makes two that are connected crosswise.</summary>
    public static (PipeStream A, PipeStream B) CreatePair()
    {
        var (ab, ba) = (new Pipe(), new Pipe());
        return (new PipeStream(ba.Reader, ab.Writer), new PipeStream(ab.Reader, ba.Writer));
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _input.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _output.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => _output.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The loop would block.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The loop would block.");

    public override void Flush() => throw new NotSupportedException("The loop would block.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _output.Dispose();
            _input.Dispose();
            IsDisposed = true;
        }

        base.Dispose(disposing);
    }
}
