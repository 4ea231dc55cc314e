// SPDX-License-Identifier: MIT
namespace Lori.Tls;

/// <summary>Holds what the TLS connections of one loop use one after the other. Loop only.</summary>
internal sealed class TlsLoopBuffers
{
    /// <summary>Gets room for one record, whatever is in it.</summary>
    public byte[] Record { get; } = GC.AllocateUninitializedArray<byte>(32 * 1024);

    /// <summary>Gets room for the plaintext of four records: many small ones are handed over together.</summary>
    public byte[] Plaintext { get; } = GC.AllocateUninitializedArray<byte>(4 * TlsSession.MaxSend);
}
