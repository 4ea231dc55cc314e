// SPDX-License-Identifier: MIT
namespace Lori;

public sealed partial class EventLoop
{
    /// <summary>Four records of TLS: several small ones are handed over together, and it stays in the cache.</summary>
    private const int PlaintextBufferSize = 64 * 1024;

    private byte[]? _plaintextBuffer;

    /// <summary>Gets where TLS sessions decrypt to; it is lent only inside a call to one. Pinned: native code fills it.</summary>
    internal byte[] PlaintextBuffer =>
        _plaintextBuffer ??= GC.AllocateUninitializedArray<byte>(PlaintextBufferSize, pinned: true);
}
