// SPDX-License-Identifier: MIT
namespace Lori.Tls;

/// <summary>Holds what the TLS connections of one loop use one after the other. Loop only.</summary>
internal sealed class TlsLoopBuffers
{
    /// <summary>Gets room for one record, whatever is in it.</summary>
    public byte[] Record { get; } = GC.AllocateUninitializedArray<byte>(32 * 1024);

    /// <summary>Gets room for the plaintext of one record.</summary>
    public byte[] Plaintext { get; } = GC.AllocateUninitializedArray<byte>(TlsSession.MaxSend + 256);
}
