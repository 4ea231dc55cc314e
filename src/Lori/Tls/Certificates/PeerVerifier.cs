// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Lori.Tls;

/// <summary>
/// Judges a peer's certificate by an <see cref="X509Chain"/>, the same for every implementation. It asks no network: what the
/// peer did not send is not fetched, and a chain is built on the loop. Any thread.
/// </summary>
internal sealed class PeerVerifier
{
    // RFC 5280, section 4.2.1.12.
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private readonly X509Certificate2Collection? _roots;
    private readonly X509RevocationMode _revocation;
    private readonly string? _host;

    private PeerVerifier(X509Certificate2Collection? roots, X509RevocationMode revocation, string? host)
    {
        _roots = roots;
        _revocation = revocation;
        _host = host;
    }

    /// <summary>Judges clients.</summary>
    /// <param name="roots">Whom to trust; null for whom the system trusts.</param>
    /// <param name="revocation">Whether revocation is checked; Online asks the network, on the loop.</param>
    public static PeerVerifier OfClients(X509Certificate2Collection? roots, X509RevocationMode revocation) => new(roots, revocation, null);

    /// <summary>Judges a server, by its name too.</summary>
    public static PeerVerifier OfServer(string host, X509Certificate2Collection? roots, X509RevocationMode revocation) =>
        new(roots, revocation, host);

    /// <summary>Judges a certificate.</summary>
    /// <param name="certificate">The peer's own.</param>
    /// <param name="sent">What the peer sent with it; its own may be among them.</param>
    /// <param name="now">When it has to be valid: the loop's time.</param>
    /// <param name="status">What the chain's flaws are, from which an implementation chooses its alert; none for a wrong name.</param>
    /// <returns>Null when it is trusted, else why not, as <see cref="ITlsSessionEvents.OnTlsFailed"/> wants it.</returns>
    public string? Judge(
        X509Certificate2 certificate, X509Certificate2Collection sent, DateTimeOffset now, out X509ChainStatusFlags status)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.ApplicationPolicy.Add(_host is null ? ClientAuthentication : ServerAuthentication);
        policy.RevocationMode = _revocation;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = now.UtcDateTime;
        policy.VerificationTimeIgnored = false;
        policy.ExtraStore.AddRange(sent);
        if (_roots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(_roots);
        }

        var isTrusted = chain.Build(certificate);
        status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, one) => all | one.Status);
        var reason = isTrusted ? null : Explain(chain);
        foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        if (reason is null && _host is not null && !certificate.MatchesHostname(_host))
            reason = $"the certificate is not for {_host}";
        return reason;
    }

    private static string Explain(X509Chain chain)
    {
        foreach (var status in chain.ChainStatus)
        {
            if (status.Status != X509ChainStatusFlags.NoError)
                return $"the certificate is not trusted: {status.Status}";
        }

        return "the certificate is not trusted";
    }
}
