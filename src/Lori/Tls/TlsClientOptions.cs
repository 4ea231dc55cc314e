// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Lori.Tls;

namespace Lori;

/// <summary>Says how an outgoing connection speaks TLS. Copied, and checked, when connecting starts.</summary>
public sealed class TlsClientOptions
{
    /// <summary>
    /// Gets or sets the name that the server is asked for (SNI) and that its certificate must have. Default null:
    /// <see cref="ConnectOptions.Host"/>. An address is not sent, but the certificate must have it.
    /// </summary>
    public string? TargetHost { get; set; }

    /// <summary>Gets or sets the roots that the server's certificate must lead to. Default null: those that the system trusts.</summary>
    public X509Certificate2Collection? TrustedRoots { get; set; }

    /// <summary>Gets or sets whether the server's certificate is looked up in revocation lists. Default <see cref="X509RevocationMode.NoCheck"/>; Online has the loop wait for the network.</summary>
    public X509RevocationMode RevocationMode { get; set; } = X509RevocationMode.NoCheck;

    /// <summary>
    /// Gets or sets whether the server's certificate is not looked at. Default false. True makes the connection worthless against
    /// anybody on the way: it is for a server of one's own with a certificate made for a test.
    /// </summary>
    public bool AcceptAnyCertificate { get; set; }

    /// <summary>Gets or sets the certificate by which the client is known, if the server asks. Default null: none.</summary>
    public TlsCertificate? Certificate { get; set; }

    /// <summary>Gets or sets the application protocols that are offered, the best first. Default none. RFC 7301.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; set; } = [];

    /// <summary>Gets or sets the versions: <see cref="SslProtocols.Tls12"/>, <see cref="SslProtocols.Tls13"/> or, the default, both.</summary>
    public SslProtocols Protocols { get; set; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Gets or sets how long the handshake may take. More than zero, at most 24 days; default 10 seconds.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets what speaks TLS. Default <see cref="TlsImplementation.Auto"/>.</summary>
    public TlsImplementation Implementation { get; set; }

    internal TlsClientOptions Clone()
    {
        var copy = (TlsClientOptions)MemberwiseClone();
        copy.ApplicationProtocols = [.. ApplicationProtocols];
        if (TrustedRoots is not null) copy.TrustedRoots = [.. TrustedRoots];
        return copy;
    }

    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(ApplicationProtocols);
        if (TargetHost is not null && !HostNames.IsHost(TargetHost))
            throw new ArgumentException($"TlsClientOptions.TargetHost is \"{TargetHost}\", which is no name and no address of a host.");
        if (!Enum.IsDefined(RevocationMode)) throw Out(nameof(RevocationMode), RevocationMode);
        if (!Enum.IsDefined(Implementation)) throw Out(nameof(Implementation), Implementation);
        if (!TlsRanges.AreProtocols(Protocols)) throw Out(nameof(Protocols), Protocols);
        if (ApplicationProtocols.FirstOrDefault(static p => !TlsRanges.IsApplicationProtocol(p)) is { } protocol)
            throw new ArgumentException($"TlsClientOptions.ApplicationProtocols has \"{protocol}\": a protocol is of 1 to 255 bytes.");
        if (HandshakeTimeout <= TimeSpan.Zero || HandshakeTimeout > TlsRanges.LongestTimeout) throw Out(nameof(HandshakeTimeout), HandshakeTimeout);
    }

    /// <summary>Makes what a context is made of.</summary>
    /// <param name="host">The host that is connected to, if <see cref="TargetHost"/> does not say.</param>
    internal TlsClientSettings ToSettings(string host)
    {
        var target = HostNames.ToAscii(TargetHost ?? host);
        return new TlsClientSettings
        {
            TargetHost = target,
            Verifier = AcceptAnyCertificate ? null : PeerVerifier.OfServer(target, TrustedRoots, RevocationMode),
            Certificate = Certificate?.Current,
            ApplicationProtocols = [.. ApplicationProtocols.Select(static p => new SslApplicationProtocol(p))],
            Protocols = Protocols,
        };
    }

    private static ArgumentOutOfRangeException Out(string name, object value) =>
        new(name, value, $"{nameof(TlsClientOptions)}.{name} is out of its range; see its documentation.");
}
