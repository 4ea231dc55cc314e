// SPDX-License-Identifier: MIT
namespace Mare.Bench.Runner.Servers;

/// <summary>Is what a scenario needs of a server.</summary>
/// <param name="Certificate">The certificate for TLS; null for none.</param>
/// <param name="Compression">"shared" or "dedicated"; null for none.</param>
internal sealed record ServerNeeds(Certificate? Certificate = null, string? Compression = null)
{
    /// <summary>Gets the options that all servers take.</summary>
    public IEnumerable<string> Arguments =>
    [
        .. Certificate is null ? Array.Empty<string>() : ["--tls-cert", Certificate.CertificateFile, "--tls-key", Certificate.KeyFile],
        .. Compression is null ? Array.Empty<string>() : ["--compression", Compression],
    ];

    public bool IsPlain => Certificate is null && Compression is null;
}
