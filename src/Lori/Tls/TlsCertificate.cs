// SPDX-License-Identifier: MIT
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Lori.Tls;
using Microsoft.Extensions.Logging;

namespace Lori;

/// <summary>
/// Is a certificate with its private key and its chain, for any number of end points: from PEM files, which are looked at again
/// and loaded anew when they change, from an <see cref="X509Certificate2"/>, or made for the occasion. Any thread.
/// </summary>
public sealed class TlsCertificate
{
    // What changed in any certificate of the process: who made something of certificates compares it with what it was then.
    private static long _generation;

    private readonly Lock _gate = new();
    private readonly PemFiles? _files;
    private CertificateWithChain _current;
    private FileStamps _loaded; // of the files as they were loaded, or failed to
    private FileStamps _seen; // when they were looked at last

    private TlsCertificate(CertificateWithChain current, PemFiles? files, FileStamps stamps)
    {
        _current = current;
        _files = files;
        _loaded = _seen = stamps;
    }

    /// <summary>Gets when the certificate that is used now ends to be valid.</summary>
    public DateTimeOffset NotAfter => Current.Certificate.NotAfter;

    internal bool IsFromFiles => _files is not null;

    internal static long Generation => Volatile.Read(ref _generation);

    internal CertificateWithChain Current => Volatile.Read(ref _current);

    /// <summary>Loads a certificate, and the chain behind it, from PEM files, as certbot and others write them.</summary>
    /// <param name="certificatePath">The file with the certificate first, then the intermediates.</param>
    /// <param name="keyPath">The file with the private key (PKCS#8, PKCS#1 or SEC1). Default null: it is in the same file.</param>
    /// <param name="password">What the private key is encrypted with. Default null: it is not.</param>
    /// <exception cref="TlsCertificateException">A file is missing, or has not what it should have, or the key belongs to another certificate.</exception>
    public static TlsCertificate FromPemFiles(string certificatePath, string? keyPath = null, string? password = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(certificatePath);
        var files = new PemFiles(certificatePath, keyPath ?? certificatePath, password);
        var stamps = files.Look();
        return new TlsCertificate(files.Load(), files, stamps);
    }

    /// <summary>Takes a certificate that someone else has loaded.</summary>
    /// <param name="certificate">The certificate with its private key; not to be disposed of while it is used.</param>
    /// <param name="chain">The intermediates, the issuer of the certificate first. Default none.</param>
    /// <exception cref="ArgumentException">The certificate has no private key.</exception>
    public static TlsCertificate From(X509Certificate2 certificate, IEnumerable<X509Certificate2>? chain = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (!certificate.HasPrivateKey) throw new ArgumentException("The certificate has no private key.", nameof(certificate));
        return new TlsCertificate(new CertificateWithChain(certificate, [.. chain ?? []]), null, default);
    }

    /// <summary>
    /// Makes a certificate that nobody has signed, in memory, valid for a year: for development and tests. Clients have to be told
    /// to trust it.
    /// </summary>
    /// <param name="names">The names and addresses that it is for. Default "localhost", 127.0.0.1 and ::1.</param>
    public static TlsCertificate CreateSelfSigned(params string[] names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Length == 0) names = ["localhost", "127.0.0.1", "::1"];
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address)) alternatives.AddIpAddress(address);
            else alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        // Yesterday: clocks of clients differ.
        var now = TimeProvider.System.GetUtcNow();
        return new TlsCertificate(PemFiles.MakeUsable(request.CreateSelfSigned(now.AddDays(-1), now.AddDays(365)), []), null, default);
    }

    /// <summary>
    /// Loads the files anew, now: connections that come from now on get the new certificate, those that there are keep what they
    /// have. Does nothing for a certificate that is not from files.
    /// </summary>
    /// <exception cref="TlsCertificateException">The files cannot be loaded; the certificate stays what it was.</exception>
    public void Reload()
    {
        if (_files is null) return;
        lock (_gate)
        {
            _loaded = _seen = _files.Look();
            Replace(_files.Load());
        }
    }

    /// <summary>Looks at the files, and loads them when they have changed and stand still; what goes wrong is one log line.</summary>
    internal void LoadIfChanged(ILogger logger)
    {
        if (_files is null) return;
        lock (_gate)
        {
            var stamps = _files.Look();
            // Whoever writes a certificate and a key does not write both at once.
            var standsStill = stamps == _seen;
            _seen = stamps;
            if (stamps == _loaded || !standsStill) return;
            _loaded = stamps;
            try
            {
                Replace(_files.Load());
                Log.CertificateReloaded(logger, _files.CertificatePath, NotAfter);
            }
            catch (TlsCertificateException e)
            {
                Log.CertificateBroken(logger, e.Message);
            }
        }
    }

    private void Replace(CertificateWithChain loaded)
    {
        Volatile.Write(ref _current, loaded);
        Interlocked.Increment(ref _generation);
    }
}
