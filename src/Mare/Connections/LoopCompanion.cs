// SPDX-License-Identifier: MIT
using System.Buffers;
using Lori;
using Mare.Protocol;

namespace Mare;

/// <summary>Keeps what all WebSocket connections of one loop share. Loop only.</summary>
internal sealed class LoopCompanion(EventLoop loop)
{
    /// <summary>Gets the bound on messages that have not arrived whole.</summary>
    public PartialMessageBudget Budget { get; } = new(loop.Options.MaxPartialBytes);

    /// <summary>Gets where answers to handshakes are written before they go to the wire.</summary>
    public ArrayBufferWriter<byte> Scratch { get; } = new(512);

    public static LoopCompanion Of(EventLoop loop) => (LoopCompanion)(loop.Companion ??= new LoopCompanion(loop));
}
