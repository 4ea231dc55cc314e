// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Lori.Tls;

namespace Lori;

/// <summary>Says how a server speaks TLS. Copied, and checked, when it starts to listen.</summary>
public sealed class TlsServerOptions
{
    /// <summary>
    /// Gets or sets the certificate, for every name that <see cref="CertificatesByName"/> has not. Default null: then that must
    /// have some, and a client that asks for another name, or for none, is refused.
    /// </summary>
    public TlsCertificate? Certificate { get; set; }

    /// <summary>
    /// Gets the certificates by the name that a client asks for (SNI): "example.com", or "*.example.com" for each name with one
    /// more label. Case does not count; a name's own goes before a star's. RFC 6066, section 3.
    /// </summary>
    public IDictionary<string, TlsCertificate> CertificatesByName { get; private set; } =
        new Dictionary<string, TlsCertificate>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets whether clients are asked for certificates. Default <see cref="TlsClientCertificates.Off"/>.</summary>
    /// <remarks>They are verified by an X509Chain on the connection's loop, which takes a millisecond or so, and asks no network.</remarks>
    public TlsClientCertificates ClientCertificates { get; set; }

    /// <summary>Gets or sets the roots that clients' certificates must lead to. Default null: those that the system trusts, which is rarely meant.</summary>
    public X509Certificate2Collection? TrustedRoots { get; set; }

    /// <summary>
    /// Gets or sets whether clients' certificates are looked up in revocation lists. Default
    /// <see cref="X509RevocationMode.NoCheck"/>; Offline takes lists that the system has; Online asks the network, and the loop
    /// waits for the answer.
    /// </summary>
    public X509RevocationMode RevocationMode { get; set; } = X509RevocationMode.NoCheck;

    /// <summary>
    /// Gets or sets the application protocols that are offered, the best first, such as "http/1.1". Default none: then ALPN is
    /// not answered. A client that offers others only is refused; one that offers none is not. RFC 7301.
    /// </summary>
    public IReadOnlyList<string> ApplicationProtocols { get; set; } = [];

    /// <summary>Gets or sets the versions: <see cref="SslProtocols.Tls12"/>, <see cref="SslProtocols.Tls13"/> or, the default, both.</summary>
    public SslProtocols Protocols { get; set; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Gets or sets whether a client may resume an earlier session, which saves the costly half of the handshake. Default true. By SslStream not where client certificates are asked for.</summary>
    public bool AllowResumption { get; set; } = true;

    /// <summary>Gets or sets how long a handshake may take. More than zero, at most 24 days; default 10 seconds; then the connection is closed.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets how many handshakes may be under way: 1 to 1,048,576, default 1,024. While there are as many, those are
    /// dropped to make room that wait for their client too long (100 ms for its hello, 2 seconds in all), the oldest first, up to a
    /// sixteenth of the limit at once. Where there is none, no connection is accepted: they wait in the kernel's backlog, and
    /// when that is full too, the kernel refuses them.
    /// </summary>
    public int MaxHandshakes { get; set; } = 1024;

    /// <summary>
    /// Gets or sets what a client gets that sends text instead of TLS (an HTTP request to an HTTPS port): at most 4,096 bytes,
    /// in the clear, before the connection is closed. Default empty: it is closed without.
    /// </summary>
    public ReadOnlyMemory<byte> PlaintextResponse { get; set; }

    /// <summary>
    /// Gets or sets how often the files of certificates are looked at, while listening: more than zero, at most 24 days, or
    /// <see cref="Timeout.InfiniteTimeSpan"/> for never; default 5 seconds. A changed file is loaded once it was found the same
    /// twice.
    /// </summary>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets what speaks TLS. Default <see cref="TlsImplementation.Auto"/>.</summary>
    public TlsImplementation Implementation { get; set; }

    internal TlsServerOptions Clone()
    {
        var copy = (TlsServerOptions)MemberwiseClone();
        copy.CertificatesByName = new Dictionary<string, TlsCertificate>(CertificatesByName, StringComparer.OrdinalIgnoreCase);
        copy.ApplicationProtocols = [.. ApplicationProtocols];
        if (TrustedRoots is not null) copy.TrustedRoots = [.. TrustedRoots];
        copy.PlaintextResponse = PlaintextResponse.ToArray();
        return copy;
    }

    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(ApplicationProtocols);
        if (Certificate is null && CertificatesByName.Count == 0)
            throw new ArgumentException("TlsServerOptions.Certificate is missing: set it, or CertificatesByName.");
        foreach (var (name, certificate) in CertificatesByName)
        {
            if (!IsServerName(name) || certificate is null)
                throw new ArgumentException($"TlsServerOptions.CertificatesByName has \"{name}\": it needs a certificate, and a name such as \"example.com\" or \"*.example.com\".");
        }

        if (!Enum.IsDefined(ClientCertificates)) throw Out(nameof(ClientCertificates), ClientCertificates);
        if (!Enum.IsDefined(RevocationMode)) throw Out(nameof(RevocationMode), RevocationMode);
        if (!Enum.IsDefined(Implementation)) throw Out(nameof(Implementation), Implementation);
        if (!TlsRanges.AreProtocols(Protocols)) throw Out(nameof(Protocols), Protocols);
        if (ApplicationProtocols.FirstOrDefault(static p => !TlsRanges.IsApplicationProtocol(p)) is { } protocol)
            throw new ArgumentException($"TlsServerOptions.ApplicationProtocols has \"{protocol}\": a protocol is of 1 to 255 bytes.");
        if (HandshakeTimeout <= TimeSpan.Zero || HandshakeTimeout > TlsRanges.LongestTimeout) throw Out(nameof(HandshakeTimeout), HandshakeTimeout);
        if (MaxHandshakes is < 1 or > 1024 * 1024) throw Out(nameof(MaxHandshakes), MaxHandshakes);
        if (PlaintextResponse.Length > 4096) throw Out(nameof(PlaintextResponse), PlaintextResponse.Length);
        if (ReloadInterval != Timeout.InfiniteTimeSpan && (ReloadInterval <= TimeSpan.Zero || ReloadInterval > TlsRanges.LongestTimeout))
            throw Out(nameof(ReloadInterval), ReloadInterval);
    }

    /// <summary>Loads the certificates into what a context is made of.</summary>
    internal TlsServerSettings ToSettings(TlsTicketKeys ticketKeys) => new()
    {
        Certificates = new ServerCertificates(
            Certificate?.Current,
            CertificatesByName.ToDictionary(static c => c.Key.ToLowerInvariant(), static c => c.Value.Current)),
        ClientCertificates = ClientCertificates,
        Verifier = ClientCertificates == TlsClientCertificates.Off ? null : PeerVerifier.OfClients(TrustedRoots, RevocationMode),
        ApplicationProtocols = [.. ApplicationProtocols.Select(static p => new SslApplicationProtocol(p))],
        Protocols = Protocols,
        AllowResumption = AllowResumption,
        TicketKeys = ticketKeys,
    };

    private static bool IsServerName(string name)
    {
        var host = name.StartsWith("*.", StringComparison.Ordinal) ? name.AsSpan(2) : name;
        return Uri.CheckHostName(host.ToString()) == UriHostNameType.Dns;
    }

    private static ArgumentOutOfRangeException Out(string name, object value) =>
        new(name, value, $"{nameof(TlsServerOptions)}.{name} is out of its range; see its documentation.");
}
