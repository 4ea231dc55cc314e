// SPDX-License-Identifier: MIT
using System.Security.Cryptography.X509Certificates;
using Lori.Tests.Tls;
using Mare.Tests.Tls;

namespace Mare.Tests.Docs.Tls;

internal static class Program
{
    public static WebSocketServerOptions Development()
    {
        var options = new WebSocketServerOptions
        {
            Port = 8443,
            Tls = new TlsServerOptions { Certificate = TlsCertificate.CreateSelfSigned() },
        };
        return options;
    }

    public static void Files(WebSocketServerOptions options)
    {
        options.Tls = new TlsServerOptions
        {
            Certificate = TlsCertificate.FromPemFiles("/etc/letsencrypt/live/example.com/fullchain.pem", "/etc/letsencrypt/live/example.com/privkey.pem"),
        };
    }

    public static void EndPoints(WebSocketServerOptions options, TlsServerOptions tls)
    {
        options.EndPoints =
        [
            new WebSocketEndPointOptions { Host = "*", Port = 443, Tls = tls },
            new WebSocketEndPointOptions { Host = "localhost", Port = 8080 },
            new WebSocketEndPointOptions { UnixSocketPath = "/run/app/ws.sock" },
        ];
    }

    public static void Names(TlsServerOptions tls, TlsCertificate example, TlsCertificate wildcard, TlsCertificate fallback)
    {
        tls.CertificatesByName["example.com"] = example;
        tls.CertificatesByName["*.example.com"] = wildcard;
        tls.Certificate = fallback;                              // for any other name, and for none; null refuses those
    }

    public static void Clients(TlsServerOptions tls, X509Certificate2 ourAuthority)
    {
        tls.ClientCertificates = TlsClientCertificates.Required; // or Optional
        tls.TrustedRoots = [ourAuthority];                       // whose certificates are let in; without, the system's
    }
}

sealed class Billing : WebSocketServerActor
{
    protected override UpgradeDecision OnUpgradeRequest(UpgradeRequest request)
    {
        var name = request.ClientCertificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return name == "billing" ? true : UpgradeDecision.Reject(403);
    }
}

public sealed class TlsTests
{
    [Fact]
    public void EndPoints_OfTheGuide_ServeWithTlsAndWithout()
    {
        var tls = new TlsServerOptions();
        Program.Names(tls, TestCertificates.Server, TestCertificates.Server, TestCertificates.Server);
        using var server = new MemoryServer(configure: options => Program.EndPoints(options, tls));
        Assert.Equal(["wss", "ws", "ws+unix"], server.Server.EndPoints.Select(static e => e.ToString().Split(':')[0]));
        using var client = new TlsMemoryClient(server).Open();
    }

    [Fact]
    public void SelfSigned_OfTheGuide_IsSpoken()
    {
        using var server = new MemoryServer(configure: static options => options.Tls = Program.Development().Tls);
        using var client = new TlsMemoryClient(server).Open();
    }

    [Fact]
    public void Files_OfTheGuide_AreNamedWhenTheyAreMissing() =>
        Assert.Contains("/etc/letsencrypt/live/example.com/fullchain.pem", Assert.Throws<TlsCertificateException>(() => Program.Files(new())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("billing", 101)]
    [InlineData("shipping", 403)]
    public void ClientCertificate_OfTheGuide_DecidesWhoComesIn(string name, int status)
    {
        var tls = new TlsServerOptions { Certificate = TestCertificates.Server };
        Program.Clients(tls, TestCertificates.Roots[0]);
        using var server = new MemoryServer(configure: options => options.Tls = tls, factory: static _ => new Billing());
        using var certificate = TestCertificates.MakeClient(name);
        using var client = new TlsMemoryClient(server, certificate: certificate);
        client.Send(Requests.Upgrade());
        Assert.Equal(status, client.ReadAnswer().Status);
    }
}
