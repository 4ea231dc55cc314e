// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>
/// Holds bytes on their way out. Pinned, since the kernel reads it by address, and counted, since several connections
/// may have a part in it: whoever holds a part holds a reference.
/// </summary>
internal sealed unsafe class Block
{
    /// <summary>16 KiB: two page-aligned TLS records' worth; small enough that one slow peer does not hold much.</summary>
    public const int Size = 16 * 1024;

    private readonly BlockPool _pool;
    private int _references;

    public Block(BlockPool pool)
    {
        _pool = pool;
        Array = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
        // Unsafe: the array lives on the pinned heap, so its address holds as long as this object refers to it.
        Pointer = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(
            ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(Array));
    }

    public byte[] Array { get; }

    public byte* Pointer { get; }

    /// <summary>Gets or sets how many bytes have been given out, from the start.</summary>
    public int Used { get; set; }

    public int Free => Size - Used;

    /// <summary>Gets whether only one holder is left.</summary>
    public bool HasOneReference => _references == 1;

    /// <summary>Makes the block ready for its first holder, with one reference.</summary>
    public void Reset()
    {
        _references = 1;
        Used = 0;
    }

    public void AddReference() => _references++;

    public void Release()
    {
        if (--_references == 0) _pool.Return(this);
    }
}
