// SPDX-License-Identifier: MIT
namespace Mare.Testing;

/// <summary>Holds what one event loop has given out and not got back: all zero when nothing leaked.</summary>
/// <param name="Loop">The loop's number.</param>
/// <param name="Connections">Connections that live on it, or are on their way to it.</param>
/// <param name="RentedBuffers">Pooled arrays that are out: partial messages, queued sends, parked bytes.</param>
/// <param name="RentedBlocks">Blocks of output that are out, the loop's own aside.</param>
public readonly record struct LoopUsage(int Loop, int Connections, int RentedBuffers, int RentedBlocks)
{
    /// <summary>Gets whether nothing is out.</summary>
    public bool IsNothing => this is { Connections: 0, RentedBuffers: 0, RentedBlocks: 0 };
}
