// SPDX-License-Identifier: MIT
namespace Mare.Testing;

/// <summary>Holds bytes in order, first in first out.</summary>
internal sealed class ByteQueue
{
    private byte[] _bytes = [];
    private int _head;

    public int Count { get; private set; }

    public void Write(ReadOnlySpan<byte> data)
    {
        MakeRoom(data.Length);
        data.CopyTo(_bytes.AsSpan(_head + Count));
        Count += data.Length;
    }

    /// <summary>Takes as many bytes as there are and fit.</summary>
    public int Read(Span<byte> into)
    {
        var length = Math.Min(into.Length, Count);
        _bytes.AsSpan(_head, length).CopyTo(into);
        _head += length;
        Count -= length;
        return length;
    }

    public byte[] ReadAll()
    {
        var all = _bytes.AsSpan(_head, Count).ToArray();
        Clear();
        return all;
    }

    public void MoveTo(ByteQueue other)
    {
        other.Write(_bytes.AsSpan(_head, Count));
        Clear();
    }

    public void Clear() => _head = Count = 0;

    private void MakeRoom(int more)
    {
        if (_head + Count + more <= _bytes.Length) return;
        var target = Count + more <= _bytes.Length / 2 ? _bytes : new byte[Math.Max(256, (Count + more) * 2)];
        _bytes.AsSpan(_head, Count).CopyTo(target);
        _bytes = target;
        _head = 0;
    }
}
