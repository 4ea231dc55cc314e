// SPDX-License-Identifier: MIT
namespace Lori.Tls;

/// <summary>Is told by a <see cref="TlsSession"/> what comes of a call to it. Loop only.</summary>
internal interface ITlsSessionEvents
{
    /// <summary>Takes bytes for the peer, of any number; they are copied.</summary>
    void WriteCiphertext(ReadOnlySpan<byte> data);

    /// <summary>Hears, once, that the handshake is complete: both sides may send. Plaintext may follow in the same call.</summary>
    void OnHandshakeCompleted();

    /// <summary>Takes what the peer sent, the callee's to read and change until it returns. Never empty.</summary>
    void OnPlaintext(Span<byte> data);

    /// <summary>Hears that the peer sends no more: close_notify. RFC 8446, section 6.1.</summary>
    void OnCloseNotify();

    /// <summary>Hears, last and once, that TLS has failed; the alert, where one is due, was written before.</summary>
    /// <param name="failure">Why.</param>
    /// <param name="detail">What is wrong, for a log line and for messages: begins in lower case, no full stop.</param>
    void OnTlsFailed(TlsFailure failure, string detail);
}
