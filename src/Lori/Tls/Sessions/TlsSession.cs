// SPDX-License-Identifier: MIT
namespace Lori.Tls;

/// <summary>
/// Is TLS for one connection: bytes in, bytes out, no I/O. On the connection's loop only, and on no other thread even for a moment.
/// </summary>
/// <remarks>
/// It calls its <see cref="ITlsSessionEvents"/> only from inside of a call to it, and never throws for what a peer sent.
/// <see cref="Send"/> and <see cref="SendCloseNotify"/> may be called from inside of
/// <see cref="ITlsSessionEvents.OnHandshakeCompleted"/> and <see cref="ITlsSessionEvents.OnPlaintext"/>; <see cref="Dispose"/> never is. After
/// <see cref="ITlsSessionEvents.OnTlsFailed"/> only <see cref="Dispose"/> is called. While nothing is under way it holds no buffer
/// but what the protocol itself needs.
/// </remarks>
internal abstract class TlsSession : IDisposable
{
    /// <summary>The most plaintext that <see cref="Send"/> is given: what a record may hold. RFC 8446, section 5.1.</summary>
    public const int MaxSend = 16 * 1024;

    /// <summary>Begins: a client writes its hello, a server does nothing yet.</summary>
    public abstract void Start();

    /// <summary>Takes what came from the peer, in pieces of any size; all of it is consumed, what is incomplete is kept inside.</summary>
    /// <param name="ciphertext">The callee's to read and change until it returns.</param>
    public abstract void Receive(Span<byte> ciphertext);

    /// <summary>Encrypts into one record, which is written before this returns. Only once the handshake is complete.</summary>
    /// <param name="plaintext">1 to <see cref="MaxSend"/> bytes.</param>
    public abstract void Send(ReadOnlyMemory<byte> plaintext);

    /// <summary>Writes close_notify: nothing more is sent, while the peer may go on. Once; only once the handshake is complete.</summary>
    public abstract void SendCloseNotify();

    /// <summary>Gets what was agreed on, made anew at each call. Only once the handshake is complete, also after a failure.</summary>
    public abstract TlsConnectionInfo GetInfo();

    /// <inheritdoc/>
    public abstract void Dispose();
}
