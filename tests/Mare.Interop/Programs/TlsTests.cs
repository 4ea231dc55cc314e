// SPDX-License-Identifier: MIT
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Lori;
using Mare.Backends;
using Mare.Interop.Servers;

namespace Mare.Interop.Programs;

/// <summary>All checks of the scripts once more, over wss://; curl and .NET's own client too. On both implementations of TLS.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mare-interop-");
    private readonly X509Certificate2 _certificate = MakeCertificate();

    public static TheoryData<TlsImplementation> Implementations =>
        OperatingSystem.IsLinux() ? [TlsImplementation.SslStream, TlsImplementation.OpenSsl] : [TlsImplementation.SslStream];

    private string RootPath => Path.Combine(_folder.FullName, "root.pem");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _certificate.Dispose();
    }

    [Theory, MemberData(nameof(Implementations))]
    public async Task Ws_OverTls_PassesEveryCheck(TlsImplementation implementation)
    {
        await using var server = await StartAsync(implementation);
        var missing = "";
        var result = await NodeScript.RunAsync(server.Url, "", m => missing = m, ("NODE_EXTRA_CA_CERTS", RootPath));
        if (result is null)
            OutsideProgram.Missing(missing);
        result!.AssertComplete(NodeTests.Checks.Select(c => c.Data));
    }

    [Theory, MemberData(nameof(Implementations))]
    public async Task Websockets_OverTls_PassesEveryCheck(TlsImplementation implementation)
    {
        await using var server = await StartAsync(implementation);
        var result = await PythonScript.RunAsync([("SSL_CERT_FILE", RootPath)], server.Url);
        if (result is null)
            OutsideProgram.Missing(PythonScript.Needed);
        result!.AssertComplete(PythonTests.Checks.Select(c => c.Data));
    }

    [Theory, MemberData(nameof(Implementations))]
    public async Task Curl_OverTls_UsesOneConnection(TlsImplementation implementation)
    {
        await using var server = await StartAsync(implementation);
        var url = server.HttpUrl;
        var run = await OutsideProgram.RunAsync(
            "curl",
            ["-sS", "--max-time", "30", "--noproxy", "*", "--cacert", RootPath, "-w", "%{http_code} %{num_connects}\n", "-o", "-", $"{url}/later", $"{url}/none"]);
        if (run is null)
            OutsideProgram.Missing("Install curl: `apt-get install curl` on Debian and Ubuntu.");
        Assert.Equal((0, "later200 1\nNot found\n404 0\n", ""), run!.Value);
    }

    [Theory, MemberData(nameof(Implementations))]
    public async Task Curl_WithoutTls_IsToldWhatThePortSpeaks(TlsImplementation implementation)
    {
        await using var server = await StartAsync(implementation);
        var run = await OutsideProgram.RunAsync("curl", ["-sS", "--max-time", "30", "--noproxy", "*", $"http{server.HttpUrl[5..]}/later"]);
        if (run is null)
            OutsideProgram.Missing("Install curl: `apt-get install curl` on Debian and Ubuntu.");
        Assert.Equal((0, "This port speaks TLS: use https or wss.\n", ""), run!.Value);
    }

    [Theory, MemberData(nameof(Implementations))]
    public async Task ClientWebSocket_OverTls_EchoesAndCloses(TlsImplementation implementation)
    {
        await using var server = await StartAsync(implementation);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var client = new ClientWebSocket();
        client.Options.RemoteCertificateValidationCallback = (_, c, _, _) => c!.GetCertHashString() == _certificate.GetCertHashString();
        await client.ConnectAsync(new Uri($"{server.Url}/dotnet-over-tls"), deadline.Token);
        var sent = RandomNumberGenerator.GetBytes(300_000);
        await client.SendAsync(sent, WebSocketMessageType.Binary, endOfMessage: true, deadline.Token);
        var received = new byte[sent.Length];
        for (var at = 0; at < received.Length;)
            at += (await client.ReceiveAsync(received.AsMemory(at), deadline.Token)).Count;
        Assert.Equal(sent, received);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", deadline.Token);
        Assert.Equal((CloseStatus.Normal, "done"), await server.EndOfAsync("/dotnet-over-tls"));
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private async Task<InteropServer> StartAsync(TlsImplementation implementation)
    {
        Assert.SkipWhen(LoopbackServer.BackendName == "strand", "There TLS would be the stream's.");
        await File.WriteAllTextAsync(RootPath, _certificate.ExportCertificatePem());
        var server = new InteropServer();
        await server.InitializeAsync(
            o => o.Tls = new TlsServerOptions { Certificate = TlsCertificate.From(_certificate), Implementation = implementation });
        return server;
    }
}
