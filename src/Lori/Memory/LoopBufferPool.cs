// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Numerics;

namespace Lori;

/// <summary>
/// Lends arrays to what lives on one loop: partial messages, queued sends. One thread at a time, so it needs no lock;
/// it counts what is out, so a test can see that nothing leaked. Loop only.
/// </summary>
internal sealed class LoopBufferPool : ArrayPool<byte>
{
    private const int SmallestLog2 = 8; // 256 bytes
    private const int LargestLog2 = 22; // 4 MiB; what is larger is the garbage collector's
    private const int MaxKeptBytes = 16 << 20; // what an idle loop keeps, at most

    private readonly Stack<byte[]>[] _free = CreateStacks();
    private int _keptBytes;

    /// <summary>Gets how many arrays are out.</summary>
    public int Rented { get; private set; }

    /// <inheritdoc/>
    public override byte[] Rent(int minimumLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minimumLength);
        Rented++;
        var log2 = Math.Max(SmallestLog2, BitOperations.Log2((uint)Math.Max(1, minimumLength - 1)) + 1);
        if (log2 > LargestLog2) return GC.AllocateUninitializedArray<byte>(minimumLength);
        if (!_free[log2 - SmallestLog2].TryPop(out var array)) return GC.AllocateUninitializedArray<byte>(1 << log2);
        _keptBytes -= array.Length;
        return array;
    }

    /// <inheritdoc/>
    public override void Return(byte[] array, bool clearArray = false)
    {
        ArgumentNullException.ThrowIfNull(array);
        Rented--;
        if (clearArray) Array.Clear(array);
        if (!BitOperations.IsPow2(array.Length)) return;
        var log2 = BitOperations.Log2((uint)array.Length);
        if (log2 is < SmallestLog2 or > LargestLog2) return;
        if (array.Length > MaxKeptBytes - _keptBytes) return;
        _keptBytes += array.Length;
        _free[log2 - SmallestLog2].Push(array);
    }

    private static Stack<byte[]>[] CreateStacks()
    {
        var stacks = new Stack<byte[]>[LargestLog2 - SmallestLog2 + 1];
        for (var i = 0; i < stacks.Length; i++) stacks[i] = new Stack<byte[]>();
        return stacks;
    }
}
