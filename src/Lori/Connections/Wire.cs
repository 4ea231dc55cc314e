// SPDX-License-Identifier: MIT
using Lori.Backends;

namespace Lori;

/// <summary>
/// Is output that is committed: parts of blocks, in order, that nothing drops or changes any more. Leased from the loop
/// while a connection has some, so that an idle connection has none. Loop only.
/// </summary>
internal sealed class Wire
{
    // What is larger gets blocks of its own, so that a slow peer never holds the loop's shared block for long.
    private const int LargestShared = 2048;

    private readonly EventLoop _loop;
    private Segment[] _segments = new Segment[4];
    private int _head;
    private int _tail;
    private Block? _own; // the connection's own block that is being filled
    private Block? _reserved;

    public Wire(EventLoop loop)
    {
        _loop = loop;
    }

    /// <summary>Gets the bytes that wait to be taken by the backend.</summary>
    public long Length { get; private set; }

    /// <summary>Gets whether it is worth keeping for the next connection.</summary>
    public bool IsSmall => _segments.Length <= 128;

    public ReadOnlySpan<Segment> Segments => _segments.AsSpan(_head, _tail - _head);

    /// <summary>Makes room for so many bytes in one piece, at most <see cref="Block.Size"/>, to be filled and committed.</summary>
    /// <param name="size">The bytes needed.</param>
    /// <param name="stays">Whether they will wait (a send is in flight): then they stand in the connection's own block.</param>
    public Span<byte> Reserve(int size, bool stays)
    {
        _reserved = !stays && size <= LargestShared ? _loop.Cork(size) : Own(size);
        return _reserved.Array.AsSpan(_reserved.Used, size);
    }

    /// <summary>Commits what the last <see cref="Reserve"/> gave, filled.</summary>
    public void Commit(int size)
    {
        Append(_reserved!, size);
        _reserved = null;
    }

    /// <summary>Commits a copy of the bytes.</summary>
    public void Write(ReadOnlySpan<byte> data, bool stays)
    {
        if (data.Length <= LargestShared)
        {
            data.CopyTo(Reserve(data.Length, stays));
            Commit(data.Length);
            return;
        }

        while (!data.IsEmpty)
        {
            var block = Own(1);
            var part = Math.Min(block.Free, data.Length);
            data[..part].CopyTo(block.Array.AsSpan(block.Used));
            Append(block, part);
            data = data[part..];
        }
    }

    /// <summary>Drops what the backend has taken.</summary>
    public void Consume(long bytes)
    {
        Length -= bytes;
        while (bytes > 0)
        {
            ref var first = ref _segments[_head];
            if (bytes < first.Length)
            {
                first.Offset += (int)bytes;
                first.Length -= (int)bytes;
                return;
            }

            bytes -= first.Length;
            first.Block.Release();
            first = default;
            _head++;
        }

        if (_head == _tail) Clear();
    }

    /// <summary>Gives all blocks back, sent or not.</summary>
    public void Clear()
    {
        for (var i = _head; i < _tail; i++) _segments[i].Block.Release();
        Array.Clear(_segments, 0, _tail);
        _head = _tail = 0;
        Length = 0;
        _own?.Release();
        _own = null;
    }

    private Block Own(int size)
    {
        if (_own is not null && _own.Free >= size) return _own;
        _own?.Release();
        return _own = _loop.Blocks.Rent();
    }

    private void Append(Block block, int size)
    {
        if (size == 0) return;
        var offset = block.Used;
        block.Used += size;
        Length += size;
        if (_tail > _head)
        {
            ref var last = ref _segments[_tail - 1];
            if (ReferenceEquals(last.Block, block) && last.Offset + last.Length == offset)
            {
                last.Length += size;
                return;
            }
        }

        if (_tail == _segments.Length) MakeRoom();
        block.AddReference();
        _segments[_tail++] = new Segment(block, offset, size);
    }

    private void MakeRoom()
    {
        var count = _tail - _head;
        var target = count > _segments.Length / 2 ? new Segment[_segments.Length * 2] : _segments;
        Array.Copy(_segments, _head, target, 0, count);
        if (ReferenceEquals(target, _segments)) Array.Clear(_segments, count, _tail - count);
        _segments = target;
        _head = 0;
        _tail = count;
    }
}
