// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Says why TLS failed.</summary>
public enum TlsFailure
{
    /// <summary>What the peer sent is not TLS as it should be: malformed, out of order, forged.</summary>
    Protocol,

    /// <summary>What the peer sent is no TLS at all, such as a plain HTTP request.</summary>
    NotTls,

    /// <summary>Both sides have no protocol version, cipher suite, application protocol or server name in common.</summary>
    NothingInCommon,

    /// <summary>The peer's certificate is missing or not trusted.</summary>
    CertificateRefused,

    /// <summary>The peer gave up, by an alert.</summary>
    RefusedByPeer,

    /// <summary>The handshake took too long, or too many bytes.</summary>
    HandshakeTooLong,

    /// <summary>The connection ended within the handshake.</summary>
    Ended,

    /// <summary>
    /// Plaintext came behind the command that starts TLS: what somebody on the way may have put there, to be taken for what the
    /// peer said under TLS.
    /// </summary>
    PlaintextBehindStart,
}
