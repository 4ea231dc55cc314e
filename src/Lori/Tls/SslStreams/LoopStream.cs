// SPDX-License-Identifier: MIT
using System.Threading.Tasks.Sources;

namespace Lori.Tls.SslStreams;

/// <summary>
/// Is what an SslStream takes for its network: reads come from a record that the loop has, writes go to whoever sends. All of it
/// on the loop: a read that waits is continued within <see cref="Feed"/>, on the caller's stack.
/// </summary>
/// <param name="events">Takes what is written.</param>
internal sealed class LoopStream(ITlsSessionEvents events) : Stream, IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _read; // of which continuations run at once
    private Memory<byte> _destination;
    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private bool _isReading;
    private bool _hasEnded;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Gets whether bytes wait to be read.</summary>
    public bool HasBytes => _start < _end;

    /// <summary>Gets what alert was written last, in the clear; -1 for none.</summary>
    public int WrittenAlert { get; private set; } = -1;

    /// <summary>Hands bytes to the read that waits, or to the next one. They stay where they are until they are read.</summary>
    public void Feed(byte[] bytes, int start, int length)
    {
        (_bytes, _start, _end) = (bytes, start, start + length);
        if (_isReading) EndRead(Take(_destination.Span));
    }

    /// <summary>Forgets the bytes that nobody has read.</summary>
    public void Forget()
    {
        _bytes = [];
        _start = _end = 0;
    }

    /// <summary>Ends: the read that waits gets nothing, what is written goes nowhere.</summary>
    public void End()
    {
        Forget();
        _hasEnded = true;
        if (_isReading) EndRead(0);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (HasBytes || _hasEnded) return ValueTask.FromResult(Take(buffer.Span));
        _read.Reset();
        _destination = buffer;
        _isReading = true;
        return new ValueTask<int>(this, _read.Version);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return default;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_hasEnded) return;
        if (TlsRecord.AlertOf(buffer) is >= 0 and var alert) WrittenAlert = alert;
        events.WriteCiphertext(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    // SslStream reads asynchronously here, always.
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        // Neither a context nor a scheduler: the continuation runs here, on the loop.
        _read.OnCompleted(continuation, state, token, ValueTaskSourceOnCompletedFlags.None);

    private int Take(Span<byte> destination)
    {
        var length = Math.Min(destination.Length, _end - _start);
        _bytes.AsSpan(_start, length).CopyTo(destination);
        _start += length;
        return length;
    }

    private void EndRead(int length)
    {
        _isReading = false;
        _destination = default;
        _read.SetResult(length);
    }
}
