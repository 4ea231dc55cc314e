// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Lori.Tests.Tls;

/// <summary>Makes the certificates of the tests, once a run. They are valid by the manual clock, and by the system's.</summary>
internal static class TestCertificates
{
    private static readonly DateTimeOffset NotBefore = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset NotAfter = new(2090, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Oid ServerUse = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientUse = new("1.3.6.1.5.5.7.3.2");

    private static readonly X509Certificate2 Root = MakeAuthority("CN=Test root", null);
    private static readonly X509Certificate2 Intermediate = MakeAuthority("CN=Test intermediate", Root);

    /// <summary>Gets the root that the tests trust.</summary>
    public static X509Certificate2Collection Roots { get; } = [X509CertificateLoader.LoadCertificate(Root.RawData)];

    /// <summary>Gets the intermediate, without its key.</summary>
    public static X509Certificate2Collection Intermediates { get; } = [X509CertificateLoader.LoadCertificate(Intermediate.RawData)];

    /// <summary>Gets the server's certificate, for server.test and 127.0.0.1, with its chain.</summary>
    public static TlsCertificate Server { get; } = TlsCertificate.From(MakeServer("server.test", "127.0.0.1"), Intermediates);

    /// <summary>Gets a client's certificate, with its chain.</summary>
    public static TlsCertificate Client { get; } = TlsCertificate.From(Make("CN=client", ClientUse, []), Intermediates);

    /// <summary>Makes a server's certificate, issued by the intermediate.</summary>
    public static X509Certificate2 MakeServer(params string[] names) => Make($"CN={names[0]}", ServerUse, names);

    /// <summary>Makes a server's certificate of a key, or with an end.</summary>
    public static X509Certificate2 MakeServer(string name, RSA? key = null, DateTimeOffset? notAfter = null) =>
        Make($"CN={name}", ServerUse, [name], key, notAfter);

    /// <summary>Makes a client's certificate, issued by the intermediate.</summary>
    public static X509Certificate2 MakeClient(string name) => Make($"CN={name}", ClientUse, []);

    /// <summary>Makes a client's certificate that nobody trusts.</summary>
    public static TlsCertificate MakeStranger()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=stranger", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([ClientUse], false));
        return TlsCertificate.From(request.CreateSelfSigned(NotBefore, NotAfter));
    }

    /// <summary>Writes a certificate, its chain and its key as PEM files.</summary>
    public static void Write(X509Certificate2 certificate, string certificatePath, string keyPath)
    {
        File.WriteAllText(certificatePath, $"{certificate.ExportCertificatePem()}\n{Intermediates[0].ExportCertificatePem()}\n");
        using var key = certificate.GetECDsaPrivateKey();
        File.WriteAllText(keyPath, key!.ExportPkcs8PrivateKeyPem());
    }

    private static X509Certificate2 Make(
        string subject, Oid use, string[] names, RSA? rsa = null, DateTimeOffset? notAfter = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = rsa is null
            ? new CertificateRequest(subject, key, HashAlgorithmName.SHA256)
            : new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([use], false));
        if (names.Length > 0)
        {
            var alternatives = new SubjectAlternativeNameBuilder();
            foreach (var name in names)
            {
                if (System.Net.IPAddress.TryParse(name, out var address)) alternatives.AddIpAddress(address);
                else alternatives.AddDnsName(name);
            }

            request.CertificateExtensions.Add(alternatives.Build());
        }

        using var issuerKey = Intermediate.GetECDsaPrivateKey();
        using var issued = request.Create(
            Intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey!), NotBefore, notAfter ?? NotAfter, RandomNumberGenerator.GetBytes(12));
        return rsa is null ? issued.CopyWithPrivateKey(key) : issued.CopyWithPrivateKey(rsa);
    }

    private static X509Certificate2 MakeAuthority(string subject, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (issuer is null) return request.CreateSelfSigned(NotBefore, NotAfter);
        using var issued = request.Create(issuer, NotBefore, NotAfter, RandomNumberGenerator.GetBytes(12));
        return issued.CopyWithPrivateKey(key);
    }
}
