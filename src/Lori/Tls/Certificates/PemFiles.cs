// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Lori.Tls;

/// <summary>Loads a certificate from its files, and sees whether they have changed.</summary>
internal sealed class PemFiles(string certificatePath, string keyPath, string? password)
{
    public string CertificatePath => certificatePath;

    /// <summary>Gets what the files look like now; of one that is missing, nothing.</summary>
    public FileStamps Look() => new(FileStamp.Of(certificatePath), FileStamp.Of(keyPath));

    /// <exception cref="TlsCertificateException">They are missing, or have not what they should have.</exception>
    public CertificateWithChain Load()
    {
        try
        {
            var certificatePem = File.ReadAllText(certificatePath);
            var keyPem = File.ReadAllText(keyPath);
            var certificate = password is null
                ? X509Certificate2.CreateFromPem(certificatePem, keyPem)
                : X509Certificate2.CreateFromEncryptedPem(certificatePem, keyPem, password);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificatePem);
            // The first is the certificate itself.
            if (chain.Count > 0) chain.RemoveAt(0);
            return MakeUsable(certificate, chain);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new TlsCertificateException($"Cannot load the certificate from {certificatePath} and {keyPath}: {e.Message}", e);
        }
    }

    /// <summary>Gives the private key a home where the system wants one.</summary>
    public static CertificateWithChain MakeUsable(X509Certificate2 certificate, X509Certificate2Collection chain)
    {
        if (!OperatingSystem.IsWindows()) return new CertificateWithChain(certificate, chain);
        // Schannel does not take a key that is only in memory.
        using (certificate)
        {
            var bytes = certificate.Export(X509ContentType.Pkcs12);
            return new CertificateWithChain(X509CertificateLoader.LoadPkcs12(bytes, null), chain);
        }
    }
}

/// <summary>Is what both files look like.</summary>
internal readonly record struct FileStamps(FileStamp Certificate, FileStamp Key);

/// <summary>Is what a file looks like from outside: it changes when the file does.</summary>
internal readonly record struct FileStamp(DateTime Written, long Length)
{
    /// <summary>Looks at a file; behind links, since that is what is exchanged (as Kubernetes does).</summary>
    public static FileStamp Of(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path);
            return new FileStamp(File.GetLastWriteTimeUtc(handle), RandomAccess.GetLength(handle));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
