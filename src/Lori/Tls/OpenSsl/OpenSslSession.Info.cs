// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Lori.Tls.OpenSsl;

internal sealed unsafe partial class OpenSslSession
{
    public override TlsConnectionInfo GetInfo()
    {
        var isTls13 = LibSsl.GetVersion(_ssl) == LibSsl.Tls13;
        byte* protocol;
        uint protocolLength;
        LibSsl.GetSelectedProtocol(_ssl, &protocol, &protocolLength);
        return new TlsConnectionInfo
        {
            Implementation = TlsImplementation.OpenSsl,
            Protocol = isTls13 ? SslProtocols.Tls13 : SslProtocols.Tls12,
            // OpenSSL's protocol id is IANA's number, and so is the enum.
            CipherSuite = (TlsCipherSuite)LibSsl.GetCipherId(LibSsl.GetCurrentCipher(_ssl)),
            ApplicationProtocol = protocolLength == 0 ? null : Encoding.UTF8.GetString(protocol, (int)protocolLength),
            ServerName = Marshal.PtrToStringUTF8((nint)LibSsl.GetServerName(_ssl, 0)),
            PeerCertificate = GetPeerCertificate(),
            IsResumed = LibSsl.IsSessionReused(_ssl) == 1,
        };
    }

    private X509Certificate2? GetPeerCertificate()
    {
        var certificate = LibSsl.GetPeerCertificate(_ssl);
        if (certificate == 0) return null;
        try
        {
            return ToManaged(certificate);
        }
        finally
        {
            LibCrypto.CertificateFree(certificate);
        }
    }
}
