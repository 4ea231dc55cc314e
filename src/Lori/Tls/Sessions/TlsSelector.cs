// SPDX-License-Identifier: MIT
using Lori.Tls.OpenSsl;
using Lori.Tls.SslStreams;
using Microsoft.Extensions.Logging;

namespace Lori.Tls;

/// <summary>Chooses an implementation by what the system can do.</summary>
internal static class TlsSelector
{
    /// <summary>Names the environment variable that says what <see cref="TlsImplementation.Auto"/> means.</summary>
    public const string Variable = "LORI_TLS";

    private static int _isFallbackLogged;

    /// <summary>Makes the context of a server.</summary>
    /// <exception cref="PlatformNotSupportedException">The wanted implementation does not exist on this system.</exception>
    public static TlsContext CreateServer(TlsImplementation wanted, TlsServerSettings settings) => Choose(wanted) switch
    {
        TlsImplementation.SslStream => new SslStreamServerContext(settings),
        TlsImplementation.OpenSsl when OpenSslLibrary.IsAvailable => new OpenSslServerContext(settings),
        var other => throw Missing(other),
    };

    /// <summary>Makes the context of a client.</summary>
    /// <exception cref="PlatformNotSupportedException">The wanted implementation does not exist on this system.</exception>
    public static TlsContext CreateClient(TlsImplementation wanted, TlsClientSettings settings) => Choose(wanted) switch
    {
        TlsImplementation.SslStream => new SslStreamClientContext(settings),
        TlsImplementation.OpenSsl when OpenSslLibrary.IsAvailable => new OpenSslClientContext(settings),
        var other => throw Missing(other),
    };

    /// <summary>Resolves <see cref="TlsImplementation.Auto"/>: by the environment variable, then by capability.</summary>
    public static TlsImplementation Choose(TlsImplementation wanted) => Choose(wanted, Environment.GetEnvironmentVariable(Variable));

    /// <summary>Says, once, when this system's default is not the best that Lori has.</summary>
    public static void LogFallback(ILogger logger)
    {
        if (OperatingSystem.IsLinux() && OpenSslLibrary.Missing is { } reason && Interlocked.Exchange(ref _isFallbackLogged, 1) == 0)
            Log.TlsFallback(logger, reason);
    }

    public static TlsImplementation Choose(TlsImplementation wanted, string? name)
    {
        if (wanted == TlsImplementation.Auto
            && !string.IsNullOrEmpty(name)
            && (!Enum.TryParse(name, ignoreCase: true, out wanted) || !Enum.IsDefined(wanted)))
            throw new PlatformNotSupportedException($"{Variable} is \"{name}\", which is no TLS implementation; use auto, openssl or sslstream.");
        if (wanted != TlsImplementation.Auto) return wanted;
        return OpenSslLibrary.IsAvailable ? TlsImplementation.OpenSsl : TlsImplementation.SslStream;
    }

    private static PlatformNotSupportedException Missing(TlsImplementation implementation) =>
        new($"The TLS implementation {implementation} does not exist on this system: {OpenSslLibrary.Missing}.");
}
