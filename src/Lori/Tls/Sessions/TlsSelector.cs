// SPDX-License-Identifier: MIT
using Lori.Tls.SslStreams;

namespace Lori.Tls;

/// <summary>Chooses an implementation by what the system can do.</summary>
internal static class TlsSelector
{
    /// <summary>Names the environment variable that says what <see cref="TlsImplementation.Auto"/> means.</summary>
    public const string Variable = "LORI_TLS";

    /// <summary>Makes the context of a server.</summary>
    /// <exception cref="PlatformNotSupportedException">The wanted implementation does not exist on this system.</exception>
    public static TlsContext CreateServer(TlsImplementation wanted, TlsServerSettings settings) => Choose(wanted) switch
    {
        TlsImplementation.SslStream => new SslStreamServerContext(settings),
        var other => throw Missing(other),
    };

    /// <summary>Makes the context of a client.</summary>
    /// <exception cref="PlatformNotSupportedException">The wanted implementation does not exist on this system.</exception>
    public static TlsContext CreateClient(TlsImplementation wanted, TlsClientSettings settings) => Choose(wanted) switch
    {
        TlsImplementation.SslStream => new SslStreamClientContext(settings),
        var other => throw Missing(other),
    };

    /// <summary>Resolves <see cref="TlsImplementation.Auto"/>: by the environment variable, then by capability.</summary>
    public static TlsImplementation Choose(TlsImplementation wanted) => Choose(wanted, Environment.GetEnvironmentVariable(Variable));

    public static TlsImplementation Choose(TlsImplementation wanted, string? name)
    {
        if (wanted == TlsImplementation.Auto
            && !string.IsNullOrEmpty(name)
            && (!Enum.TryParse(name, ignoreCase: true, out wanted) || !Enum.IsDefined(wanted)))
            throw new PlatformNotSupportedException($"{Variable} is \"{name}\", which is no TLS implementation; use auto or sslstream.");
        return wanted == TlsImplementation.Auto ? TlsImplementation.SslStream : wanted;
    }

    private static PlatformNotSupportedException Missing(TlsImplementation implementation) =>
        new($"The TLS implementation {implementation} does not exist on this system.");
}
