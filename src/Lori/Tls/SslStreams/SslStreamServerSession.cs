// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Lori.Tls.SslStreams;

/// <summary>Is the server's side of one connection.</summary>
internal sealed class SslStreamServerSession(SslStreamServerContext context, EventLoop loop, ITlsSessionEvents events)
    : SslStreamSession(loop, events)
{
    protected override Task AuthenticateAsync(SslStream stream) => stream.AuthenticateAsServerAsync(
        static (_, hello, me, _) => ((SslStreamServerSession)me!).Choose(hello.ServerName), this);

    protected override string? JudgePeer(X509Certificate2? certificate, X509Certificate2Collection sent)
    {
        if (certificate is null) return context.RequiresCertificate ? "the client sent no certificate" : null;
        return context.Verifier?.Judge(certificate, sent, Now, out _);
    }

    private ValueTask<SslServerAuthenticationOptions> Choose(string serverName)
    {
        if (context.Find(HostNames.ToAscii(serverName)) is { } options) return ValueTask.FromResult(options);
        Refuse(TlsFailure.NothingInCommon, "there is no certificate for the name that the client asks for");
        Events.WriteCiphertext(TlsRecord.UnrecognizedName);
        throw new AuthenticationException();
    }
}
