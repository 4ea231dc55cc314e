// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Lori.Tls.OpenSsl;

/// <summary>Hands certificates, chains and private keys of .NET over to an SSL_CTX. Unsafe: by address.</summary>
internal static unsafe class OpenSslCertificates
{
    /// <summary>Sets the certificate that this side shows.</summary>
    /// <exception cref="TlsCertificateException">It has no usable private key, or OpenSSL refuses it, as too weak for instance.</exception>
    public static void Use(nint context, CertificateWithChain certificate)
    {
        var own = certificate.Certificate;
        var subject = own.Subject; // asked for now: the runtime's calls to OpenSSL clear the errors of the ones here
        using var key = GetKey(own);
        LibCrypto.ClearErrors();
        var native = ToNative(own, subject);
        // Each call below takes a reference of its own.
        var isUsed = LibSsl.ContextUseCertificate(context, native) == 1;
        LibCrypto.CertificateFree(native);
        if (!isUsed) throw Refused($"OpenSSL refuses the certificate of {subject}");
        if (LibSsl.ContextUsePrivateKey(context, key) != 1 || LibSsl.ContextCheckPrivateKey(context) != 1)
            throw Refused($"OpenSSL refuses the private key of {subject}");

        foreach (var link in certificate.Chain)
        {
            subject = link.Subject;
            native = ToNative(link, subject);
            isUsed = LibSsl.ContextControl(context, LibSsl.CtrlChainCertificate, 1 /* with a reference of its own */, (void*)native) == 1;
            LibCrypto.CertificateFree(native);
            if (!isUsed) throw Refused($"OpenSSL refuses the certificate of {subject}");
        }
    }

    private static nint ToNative(X509Certificate2 certificate, string subject)
    {
        var der = certificate.RawDataMemory.Span;
        fixed (byte* start = der)
        {
            var next = start;
            var native = LibCrypto.CertificateFromDer(null, &next, der.Length);
            return native != 0 ? native : throw Refused($"OpenSSL cannot read the certificate of {subject}");
        }
    }

    /// <summary>Gets the key as OpenSSL has it: the runtime's own object, else a copy.</summary>
    private static SafeEvpPKeyHandle GetKey(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException();
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
        if (rsa is null) throw new TlsCertificateException($"The certificate of {certificate.Subject} has no private key for RSA or ECDSA.");
        using var rsaCopy = new RSAOpenSsl(rsa.ExportParameters(includePrivateParameters: true));
        return rsaCopy.DuplicateKeyHandle();
    }

    private static TlsCertificateException Refused(string what) => new($"{what}: {OpenSslErrors.Take(out _)}.");
}
