// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Names what speaks TLS.</summary>
public enum TlsImplementation
{
    /// <summary>The best that this system has; the environment variable LORI_TLS overrides.</summary>
    Auto,

    /// <summary>System.Net.Security.SslStream, fed in memory on the loop. On every system.</summary>
    SslStream,

    /// <summary>The runtime's own libssl, driven on the loop: less CPU time and memory. On Linux, with OpenSSL 3.</summary>
    OpenSsl,
}
