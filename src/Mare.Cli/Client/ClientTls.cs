// SPDX-License-Identifier: MIT
using Lori;
using Mare.Cli.Connect;

namespace Mare.Cli.Client;

/// <summary>Knows how the tool's clients speak TLS.</summary>
internal static class ClientTls
{
    /// <summary>Makes the options for a target; null for one without TLS.</summary>
    /// <param name="target">The target, after which the server's certificate must be named, however it is reached.</param>
    /// <param name="isInsecure">Whether any certificate is accepted.</param>
    /// <exception cref="ArgumentException">Any certificate was to be accepted where there is none.</exception>
    public static TlsClientOptions? Of(ConnectTarget? target, bool isInsecure)
    {
        if (target is { IsSecure: true })
            return new TlsClientOptions { TargetHost = target.Host, AcceptAnyCertificate = isInsecure, ApplicationProtocols = ["http/1.1"] };
        return isInsecure ? throw new ArgumentException("-k accepts any certificate, and without wss:// there is none.") : null;
    }
}
