// SPDX-License-Identifier: MIT
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Lori.Tls.OpenSsl;

/// <summary>Hands certificates, chains and private keys of .NET over to an SSL_CTX. Unsafe: by address.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class OpenSslCertificates
{
    /// <summary>Sets the certificate that this side shows.</summary>
    /// <exception cref="CryptographicException">It has no usable private key, or OpenSSL refuses it, as too weak for instance.</exception>
    public static void Use(nint context, CertificateWithChain certificate)
    {
        var own = certificate.Certificate;
        LibCrypto.ClearErrors();
        var native = ToNative(own);
        // Each call below takes a reference of its own.
        var isUsed = LibSsl.ContextUseCertificate(context, native) == 1;
        LibCrypto.CertificateFree(native);
        if (!isUsed) throw OpenSslErrors.Exception($"OpenSSL refuses the certificate of {own.Subject}");

        using (var key = GetKey(own))
        {
            if (LibSsl.ContextUsePrivateKey(context, key) != 1 || LibSsl.ContextCheckPrivateKey(context) != 1)
                throw OpenSslErrors.Exception($"OpenSSL refuses the private key of {own.Subject}");
        }

        foreach (var link in certificate.Chain)
        {
            native = ToNative(link);
            isUsed = LibSsl.ContextControl(context, LibSsl.CtrlChainCertificate, 1 /* with a reference of its own */, (void*)native) == 1;
            LibCrypto.CertificateFree(native);
            if (!isUsed) throw OpenSslErrors.Exception($"OpenSSL refuses the certificate of {link.Subject}");
        }
    }

    private static nint ToNative(X509Certificate2 certificate)
    {
        var der = certificate.RawDataMemory.Span;
        fixed (byte* start = der)
        {
            var next = start;
            var native = LibCrypto.CertificateFromDer(null, &next, der.Length);
            return native != 0 ? native : throw OpenSslErrors.Exception($"OpenSSL cannot read the certificate of {certificate.Subject}");
        }
    }

    /// <summary>Gets the key as OpenSSL has it: the runtime's own object, else a copy.</summary>
    private static SafeEvpPKeyHandle GetKey(X509Certificate2 certificate)
    {
        using var ecdsa = certificate.GetECDsaPrivateKey();
        if (ecdsa is ECDsaOpenSsl nativeEcdsa) return nativeEcdsa.DuplicateKeyHandle();
        if (ecdsa is not null)
        {
            using var copy = new ECDsaOpenSsl();
            copy.ImportParameters(ecdsa.ExportParameters(includePrivateParameters: true));
            return copy.DuplicateKeyHandle();
        }

        using var rsa = certificate.GetRSAPrivateKey();
        if (rsa is RSAOpenSsl nativeRsa) return nativeRsa.DuplicateKeyHandle();
        if (rsa is null) throw new CryptographicException($"The certificate of {certificate.Subject} has no private key for RSA or ECDSA.");
        using var rsaCopy = new RSAOpenSsl(rsa.ExportParameters(includePrivateParameters: true));
        return rsaCopy.DuplicateKeyHandle();
    }
}
