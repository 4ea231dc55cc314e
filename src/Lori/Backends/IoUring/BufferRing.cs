// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Lori.Backends.IoUring;

/// <summary>
/// Lends the kernel the memory that it receives into: it takes the next buffer of the ring when bytes are there, so that
/// no idle connection needs one. Where it can, it fills a buffer piece by piece; else each receive uses one up.
/// </summary>
/// <remarks>
/// Unsafe: the kernel knows the memory by its address and may write to it until the ring of the backend is closed, or, if
/// receives were pending then, for ever: that memory is not freed.
/// </remarks>
internal sealed unsafe class BufferRing
{
    public const ushort Group = 0;

    // A page holds the entries of both kinds: 256 of 16 bytes.
    private const int EntriesLength = 4096;

    // Whole buffers: enough for a turn's receives of many connections, and a frame's usual size; 1 MiB with the default size.
    private const int LargestWhole = 4096;
    private const int FewestWhole = 16;
    private const int MostWhole = 256;

    // Piece by piece: the kernel goes on with one while the loop reads the other. Both together stay in the cache.
    private const int PiecewiseCount = 2;
    private const int LargestPiecewise = 128 * 1024;

    private readonly BufferEntry* _entries;
    private readonly byte* _memory;
    private readonly int _size;
    private readonly int _count;
    private readonly int[] _used; // of each buffer, the bytes that were received into it
    private ushort _tail;

    /// <summary>Registers buffers with a ring.</summary>
    /// <exception cref="Win32Exception">The kernel does not take them.</exception>
    public BufferRing(Ring ring, int receiveBufferSize, IoUringFeatures features)
    {
        var piecewise = Ring.Has(features, IoUringFeatures.IncrementalBuffers);
        _size = Math.Min(receiveBufferSize, piecewise ? LargestPiecewise : LargestWhole);
        var whole = Math.Clamp(receiveBufferSize / _size * 4, FewestWhole, MostWhole);
        _count = piecewise ? PiecewiseCount : (int)BitOperations.RoundUpToPowerOf2((uint)whole);
        _used = new int[_count];
        _entries = (BufferEntry*)Map(EntriesLength);
        var registration = new BufferRingRegistration
        {
            Address = (ulong)_entries,
            Entries = (uint)_count,
            Group = Group,
            Flags = piecewise ? Kernel.IncrementalBuffers : (ushort)0,
            // A rest that tears many a message apart is given up: with the default size, of less than 8 KiB.
            LeastLeft = piecewise && Ring.Has(features, IoUringFeatures.LeastLeft) ? (uint)_size / 16 : 0u,
        };
        var error = ring.Register(Kernel.RegisterBufferRing, &registration, 1);
        if (error < 0)
        {
            _ = Kernel.Unmap(_entries, EntriesLength);
            throw new Win32Exception(-error, "registering receive buffers failed");
        }

        try
        {
            _memory = Map((nuint)_size * (nuint)_count);
        }
        catch
        {
            // Whoever made the ring closes it, and the kernel forgets the entries with it.
            _ = Kernel.Unmap(_entries, EntriesLength);
            throw;
        }

        for (var i = 0; i < _count; i++) Add((ushort)i);
        Publish();
    }

    /// <summary>Gets the size of one buffer, in bytes: the most that one receive takes.</summary>
    public int Size => _size;

    /// <summary>Gets what a completion received. It stays until <see cref="Done"/>.</summary>
    public Span<byte> Received(uint flags, int length)
    {
        var id = flags >> Kernel.BufferShift;
        return new Span<byte>(_memory + (id * (uint)_size) + _used[id], length);
    }

    /// <summary>Takes back what a completion received; whole buffers are the kernel's again after <see cref="Publish"/>.</summary>
    public void Done(uint flags, int length)
    {
        var id = flags >> Kernel.BufferShift;
        if ((flags & Kernel.BufferHasMore) != 0)
        {
            _used[id] += length;
            return;
        }

        _used[id] = 0;
        Add((ushort)id);
    }

    /// <summary>Lets the kernel see which buffers it has again.</summary>
    public void Publish() => Volatile.Write(ref _entries[0].Tail, _tail);

    /// <summary>Frees the memory, once nothing is pending that could write to it.</summary>
    public void Free()
    {
        _ = Kernel.Unmap(_memory, (nuint)_size * (nuint)_count);
        _ = Kernel.Unmap(_entries, EntriesLength);
    }

    private static byte* Map(nuint length)
    {
        var address = Kernel.Map(null, length, Kernel.ProtectReadWrite, Kernel.MapPrivateAnonymous, -1, 0);
        if (address == (void*)-1) throw new Win32Exception(Marshal.GetLastPInvokeError(), "mapping receive buffers failed");
        return (byte*)address;
    }

    private void Add(ushort id)
    {
        // Field by field: the tail lies within the first entry.
        var entry = _entries + (_tail & (_count - 1));
        entry->Address = (ulong)(_memory + (id * (uint)_size));
        entry->Length = (uint)_size;
        entry->Id = id;
        _tail++;
    }
}
