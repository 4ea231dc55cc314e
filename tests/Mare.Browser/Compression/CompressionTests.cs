// SPDX-License-Identifier: MIT
using Lori;
using Mare.Browser.Browsers;

namespace Mare.Browser.Compression;

/// <summary>permessage-deflate, as a browser says that it was negotiated (RFC 7692), and messages through it.</summary>
public sealed class CompressionTests(Chromium chromium)
{
    // Opens, says hello, and sends each text when the echo of the one before is there.
    private const string Script =
        """
        ([url, texts]) => new Promise((resolve, reject) => {
          const ws = new WebSocket(url);
          let echoed = 0;
          ws.onopen = () => ws.send(texts[0]);
          ws.onmessage = e => {
            if (e.data !== texts[echoed]) reject(new Error(`echo ${echoed} is another`));
            else if (++echoed < texts.length) ws.send(texts[echoed]);
            else ws.close(1000);
          };
          ws.onclose = e => e.code === 1000 && echoed === texts.length
            ? resolve(ws.extensions)
            : reject(new Error(`closed with ${e.code} after ${echoed} echoes`));
        })
        """;

    // Short and long, alike and not, text that is no ASCII, and nothing.
    private static readonly string[] Texts =
        ["", "hello", new string('a', 20_000), string.Concat(Enumerable.Range(0, 5_000)), "🐎" + new string('€', 3_000), "hello"];

    [Theory]
    [InlineData(CompressionMode.Off, "")]
    [InlineData(CompressionMode.Shared, "permessage-deflate; server_no_context_takeover; client_no_context_takeover")]
    [InlineData(CompressionMode.Dedicated, "permessage-deflate")]
    public async Task Chromium_OverWs_NegotiatesAndMessagesComeBack(CompressionMode mode, string extensions)
    {
        await using var server = await StartAsync(mode, tls: null);
        await AssertEchoesAsync(server, secure: "", extensions);
    }

    [Theory]
    [InlineData(TlsImplementation.OpenSsl)]
    [InlineData(TlsImplementation.SslStream)]
    public async Task Chromium_OverWss_NegotiatesAndMessagesComeBack(TlsImplementation implementation)
    {
        var tls = new TlsServerOptions { Certificate = TlsCertificate.CreateSelfSigned("localhost"), Implementation = implementation };
        await using var server = await StartAsync(CompressionMode.Dedicated, tls);
        await AssertEchoesAsync(server, secure: "s", "permessage-deflate");
    }

    private static Task<WebSocketServer> StartAsync(CompressionMode mode, TlsServerOptions? tls) => WebSocketServer.StartAsync(
        new WebSocketServerOptions
        {
            Host = "localhost",
            Port = 0,
            Tls = tls,
            HttpHandler = static (_, _) => PlainResponse.Text("<!DOCTYPE html><title>echo</title>", contentType: "text/html"),
            Compression = new CompressionOptions { Mode = mode, Threshold = 0 },
        },
        _ => new Echo(mode != CompressionMode.Off),
        TestContext.Current.CancellationToken);

    private async Task AssertEchoesAsync(WebSocketServer server, string secure, string extensions)
    {
        // The certificate is its own issuer, which nobody trusts.
        await using var context = await chromium.OpenAsync(new() { IgnoreHTTPSErrors = true });
        var page = await context.NewPageAsync();
        var port = new Uri(server.EndPoints[0].ToString()).Port;
        await page.GotoAsync($"http{secure}://localhost:{port}/");
        Assert.Equal(extensions, await page.EvaluateAsync<string>(Script, new object[] { $"ws{secure}://localhost:{port}/", Texts }));
    }

    private sealed class Echo(bool isCompressed) : WebSocketServerActor
    {
        protected override void OnOpen() => Assert.Equal(isCompressed, Connection.IsCompressed);

        protected override void OnTextMessageUtf8(ReadOnlySpan<byte> utf8) => Connection.SendText(utf8);
    }
}
