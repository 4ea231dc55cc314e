// SPDX-License-Identifier: MIT
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Lori.Tls;

namespace Lori.Tests.Tls.OpenSsl;

/// <summary>Makes certificates, under a root and an intermediate of its own, once a process.</summary>
internal static class TestCertificates
{
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Lazy<X509Certificate2> LazyRoot = new(static () => Authority("Root", null));
    private static readonly Lazy<X509Certificate2> LazyIntermediate = new(static () => Authority("Intermediate", Root));
    private static readonly Lazy<CertificateWithChain> LazyServer = new(static () => Leaf("localhost", "localhost"));
    private static readonly Lazy<CertificateWithChain> LazyClient = new(static () => Leaf("client", null));

    public static X509Certificate2 Root => LazyRoot.Value;

    public static X509Certificate2Collection Roots => [Root];

    /// <summary>Gets one for localhost and 127.0.0.1, of a P-256 key.</summary>
    public static CertificateWithChain Server => LazyServer.Value;

    public static CertificateWithChain Client => LazyClient.Value;

    private static X509Certificate2 Intermediate => LazyIntermediate.Value;

    /// <summary>Makes a certificate issued by the intermediate, for a server's names or, without any, for a client.</summary>
    public static CertificateWithChain Leaf(string subject, string? dnsName, AsymmetricAlgorithm? key = null, DateTimeOffset? until = null)
    {
        using var ownKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        key ??= ownKey;
        var name = new X500DistinguishedName($"CN={subject}");
        var request = key is ECDsa ecdsa
            ? new CertificateRequest(name, ecdsa, HashAlgorithmName.SHA256)
            : new CertificateRequest(name, (RSA)key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid(dnsName is null ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1")], false));
        if (dnsName is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(dnsName);
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }

        using var certificate = request.Create(
            Intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(Intermediate.GetECDsaPrivateKey()!), From, until ?? Until, RandomNumberGenerator.GetBytes(8));
        return new CertificateWithChain(
            key is ECDsa withKey ? certificate.CopyWithPrivateKey(withKey) : certificate.CopyWithPrivateKey((RSA)key), [Intermediate]);
    }

    private static X509Certificate2 Authority(string subject, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        if (issuer is null) return request.CreateSelfSigned(From, Until);
        using var certificate = request.Create(issuer, From, Until, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
