// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mare.Tests.Docs.Streams;

sealed class Greeter : WebSocketServerActor
{
    protected override void OnOpen() => Connection.SendText("Hello over TLS.");
}

sealed class Gate(WebSocketServer server, X509Certificate2 certificate)
{
    public async Task ServeAsync(TcpClient client)
    {
        var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsServerAsync(certificate);
        await server.ServeAsync(tls, client.Client.RemoteEndPoint);   // to the connection's end; disposes of the stream
    }
}

public sealed class StreamsTests
{
    [Fact]
    public async Task Gate_OfTheGuide_ServesOverTls()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        await using var server = WebSocketServer.Create(new WebSocketServerOptions(), request => new Greeter());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        using var client = new ClientWebSocket();
        client.Options.RemoteCertificateValidationCallback = (_, given, _, _) => given?.GetCertHashString() == certificate.GetCertHashString();
        var connecting = client.ConnectAsync(new Uri($"wss://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), deadline.Token);
        using var accepted = await listener.AcceptTcpClientAsync(deadline.Token);
        var serving = new Gate(server, certificate).ServeAsync(accepted);
        await connecting;
        var buffer = new byte[100];
        var result = await client.ReceiveAsync(buffer, deadline.Token);
        Assert.Equal("Hello over TLS.", Encoding.UTF8.GetString(buffer, 0, result.Count));
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token);
        await serving.WaitAsync(deadline.Token);
    }
}
