// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Says whether a server asks its clients for certificates.</summary>
public enum TlsClientCertificates
{
    /// <summary>They are not asked.</summary>
    Off,

    /// <summary>They are asked; who sends none is let in, who sends one that is not trusted is not.</summary>
    Optional,

    /// <summary>They are asked, and without a trusted one the handshake fails.</summary>
    Required,
}
