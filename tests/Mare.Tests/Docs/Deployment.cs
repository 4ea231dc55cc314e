// SPDX-License-Identifier: MIT
using System.Net;

namespace Mare.Tests.Docs.Deployment;

internal static class Program
{
    public static async Task RunAsync()
    {
        var options = new WebSocketServerOptions
        {
            Host = "*",
            Port = 8443,
            Tls = new TlsServerOptions { Certificate = TlsCertificate.FromPemFiles("cert.pem", "key.pem") },
            AllowedHosts = ["localhost"],                                       // what clients may call the server
            MaxMessageSize = 64 * 1024,
            Compression = { Mode = CompressionMode.Shared },
            ConnectionLimits = { MaxConnectionsPerAddress = 200 },
            RateLimits = { MessagesPerSecond = 50, BytesPerSecond = 256 * 1024 },
            SlowPeerPolicy = SlowPeerPolicy.Close,
            Drain = { Period = TimeSpan.FromSeconds(10), Code = CloseCode.ServiceRestart },
            HttpHandler = static (request, _) => request.Path == "/health" ? PlainResponse.Health(request) : PlainResponse.FromResponse(null),
        };
        await using var server = await WebSocketServer.StartAsync(options, request => new Echo());
        Console.WriteLine($"Listening on {server.EndPoints[0]}");
        await server.WaitForShutdownAsync();          // Ctrl-C or SIGTERM drains, then stops
    }

    public static void ConfigureForwarded(WebSocketServerOptions options)
    {
        options.Forwarded.TrustedProxies = [IPNetwork.Parse("127.0.0.1/32"), IPNetwork.Parse("10.0.0.0/28")];
    }

    public static void ConfigureProxyProtocol(WebSocketServerOptions options)
    {
        options.ProxyProtocol.Sources = [IPNetwork.Parse("10.0.0.0/28")];
    }

    public static void ConfigureHealth(WebSocketServerOptions options)
    {
        options.HttpHandler = static (request, _) => request.Path == "/health" ? PlainResponse.Health(request) : PlainResponse.FromResponse(null);
        options.Drain.Period = TimeSpan.FromSeconds(30);
    }

    public static void ConfigureActivation(WebSocketServerOptions options)
    {
        // Under systemd what it has opened; started by hand, localhost and a port.
        options.InheritedSocket = InheritedSockets.Names.Count > 0 ? InheritedSockets.All : null;
    }
}

sealed class Echo : WebSocketServerActor
{
    protected override void OnTextMessageUtf8(ReadOnlySpan<byte> utf8) => Connection.SendText(utf8);
    protected override void OnBinaryMessage(ReadOnlySpan<byte> data) => Connection.SendBinary(data);
}
