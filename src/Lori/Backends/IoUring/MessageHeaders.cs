// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lori.Backends.Linux;

namespace Lori.Backends.IoUring;

/// <summary>Holds what describes a turn's sends of several segments, until the kernel has taken them. Loop only.</summary>
/// <remarks>Unsafe: the kernel reads it by its address. The array is pinned, and lives as long as the backend.</remarks>
internal sealed unsafe class MessageHeaders
{
    // Some 600 sends of two or three segments, the usual number where one does not fit into a block.
    private const int Size = 64 * 1024;

    private readonly byte[] _memory = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
    private int _used;

    /// <summary>Describes segments; false when no room is left in this turn.</summary>
    public bool TryAdd(ReadOnlySpan<Segment> segments, out void* message)
    {
        var size = sizeof(Libc.MessageHeader) + (segments.Length * sizeof(Libc.IoVector));
        message = null;
        if (_used + size > Size) return false;
        var header = (Libc.MessageHeader*)((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory)) + _used);
        _used += size;
        *header = new Libc.MessageHeader { Vectors = (Libc.IoVector*)(header + 1) };
        header->Describe(segments);
        message = header;
        return true;
    }

    /// <summary>Starts anew, when the kernel has taken all.</summary>
    public void Clear() => _used = 0;
}
