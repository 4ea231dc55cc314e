// SPDX-License-Identifier: MIT
namespace Lori.Tls;

/// <summary>Holds the certificates of a server, and finds the one for the name that a client asks for. Immutable.</summary>
/// <param name="fallback">The one for every other name, and for none; null refuses those.</param>
/// <param name="byName">Those by name, "example.com" or "*.example.com"; the keys are in lower case.</param>
internal sealed class ServerCertificates(CertificateWithChain? fallback, IReadOnlyDictionary<string, CertificateWithChain> byName)
{
    /// <summary>Gets the one for every other name; null when those are refused.</summary>
    public CertificateWithChain? Default => fallback;

    /// <summary>Gets all, each once.</summary>
    public IEnumerable<CertificateWithChain> All => byName.Values.Concat(fallback is null ? [] : [fallback]).Distinct();

    /// <summary>Finds the certificate: the name's own, then that of "*." and its parent, then the default.</summary>
    /// <param name="serverName">What the client sent by SNI; null or empty for nothing.</param>
    public CertificateWithChain? Find(string? serverName)
    {
        if (string.IsNullOrEmpty(serverName) || byName.Count == 0) return fallback;
        var name = serverName.ToLowerInvariant();
        if (byName.TryGetValue(name, out var own)) return own;
        // A star stands for one label: RFC 9525, section 6.3.
        var dot = name.IndexOf('.');
        return dot > 0 && byName.TryGetValue("*" + name[dot..], out var wildcard) ? wildcard : fallback;
    }
}
