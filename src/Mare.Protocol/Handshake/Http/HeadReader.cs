// SPDX-License-Identifier: MIT
using System.Buffers;

namespace Mare.Protocol;

/// <summary>Collects one head from bytes that arrive at any split.</summary>
/// <remarks>A head that arrives whole is neither copied nor stored. Not thread-safe.</remarks>
internal sealed class HeadReader(HeadKind kind, HandshakeLimits limits, ArrayPool<byte> pool) : IDisposable
{
    // About the size of a browser's upgrade request: most heads that come in two pieces grow no further.
    private const int FirstBufferBytes = 512;

    private HeadScanner _scanner = new(kind, limits);
    private byte[]? _buffer;
    private int _stored;
    private bool _disposed;

    /// <summary>Gets what is wrong, or null.</summary>
    public HandshakeFailure? Failure => _scanner.Failure;

    /// <summary>Reads on.</summary>
    /// <param name="data">What arrived; on return, what was not taken.</param>
    /// <param name="head">The whole head, which stands in <paramref name="data"/> or in the buffer.</param>
    /// <returns>True when the head is whole; the caller then takes it apart and calls <see cref="Release"/>.</returns>
    public bool TryRead(ref ReadOnlySpan<byte> data, out ReadOnlySpan<byte> head)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ReadOnlySpan<byte> allowed = data[..Math.Min(data.Length, limits.MaxHeadBytes - _stored)];
        int taken = _scanner.Advance(allowed);
        bool isCut = allowed.Length < data.Length;
        data = data[taken..];
        head = default;
        if (_scanner.IsComplete)
        {
            head = _buffer is null ? allowed[..taken] : Store(allowed[..taken]);
            return true;
        }

        if (_scanner.Failure is null && isCut)
            _scanner.Fail(HandshakeFailure.HeadTooLarge);
        if (_scanner.Failure is not null)
            Release();
        else if (taken > 0)
            Store(allowed);
        return false;
    }

    /// <summary>Returns the buffer to its pool, if there is one.</summary>
    public void Release()
    {
        if (_buffer is null)
            return;
        pool.Return(_buffer);
        _buffer = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        Release();
    }

    private ReadOnlySpan<byte> Store(ReadOnlySpan<byte> bytes)
    {
        int needed = _stored + bytes.Length;
        if (_buffer is null || needed > _buffer.Length)
            Grow(needed);
        bytes.CopyTo(_buffer.AsSpan(_stored));
        _stored = needed;
        return _buffer.AsSpan(0, _stored);
    }

    // Doubles, so that one byte at a time costs linear time.
    private void Grow(int needed)
    {
        int doubled = _buffer is null ? FirstBufferBytes : _buffer.Length * 2;
        byte[] larger = pool.Rent(Math.Min(Math.Max(needed, doubled), limits.MaxHeadBytes));
        _buffer.AsSpan(0, _stored).CopyTo(larger);
        Release();
        _buffer = larger;
    }
}
