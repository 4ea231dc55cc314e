// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Lori.Tls.SslStreams;

/// <summary>Is the client's side of one connection.</summary>
internal sealed class SslStreamClientSession(SslStreamClientContext context, EventLoop loop, ITlsSessionEvents events)
    : SslStreamSession(loop, events)
{
    protected override Task AuthenticateAsync(SslStream stream) => stream.AuthenticateAsClientAsync(context.Options);

    protected override string? JudgePeer(X509Certificate2? certificate, X509Certificate2Collection sent)
    {
        if (context.Verifier is not { } verifier) return null;
        return certificate is null ? "the server sent no certificate" : verifier.Judge(certificate, sent, Now, out _);
    }
}
