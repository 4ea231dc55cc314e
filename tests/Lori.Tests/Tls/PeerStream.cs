// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Lori.Tests.Tls;

/// <summary>Is the peer's end as a stream that blocks: it runs the loops when there is nothing to read.</summary>
internal sealed class PeerStream(InMemoryPeer peer, ManualLoops loops) : Stream
{
    private readonly List<byte> _held = [];
    private ReadOnlyMemory<byte> _rest;

    /// <summary>Gets or sets whether what is written is sent only when something is to be read, or by <see cref="Release"/>.</summary>
    public bool HoldsBack { get; set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (count == 0) return 0;
        if (_rest.IsEmpty)
        {
            Release();
            loops.RunUntilIdle();
            _rest = peer.ReceiveAll();
        }

        Assert.True(!_rest.IsEmpty || peer.IsEndOfStream || peer.WasReset, "the client waits for the server, which waits too");
        var length = Math.Min(count, _rest.Length);
        _rest.Span[..length].CopyTo(buffer.AsSpan(offset));
        _rest = _rest[length..];
        return length;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        _held.AddRange(buffer.AsSpan(offset, count));
        if (!HoldsBack) Release();
    }

    /// <summary>Sends what was held back, in one piece.</summary>
    public void Release()
    {
        if (_held.Count > 0) peer.Send([.. _held]);
        _held.Clear();
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) peer.Close();
        base.Dispose(disposing);
    }
}
