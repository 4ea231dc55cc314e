// SPDX-License-Identifier: MIT
using System.Globalization;
using Lori;
using Mare;

// Wss [--port NUMBER] [--cert FILE --key FILE]: without files the certificate is made now, for this machine only.
string? certificate = null, key = null;
var port = 8443;
for (var i = 0; i + 1 < args.Length; i += 2)
{
    if (args[i] == "--cert") certificate = args[i + 1];
    else if (args[i] == "--key") key = args[i + 1];
    else if (args[i] != "--port" || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out port)) port = -1;
}

if (port is < 0 or > 65535 || args.Length % 2 != 0)
{
    await Console.Error.WriteLineAsync("Usage: Wss [--port NUMBER] [--cert FILE --key FILE]");
    return 2;
}

try
{
    var options = new WebSocketServerOptions
    {
        EndPoints =
        [
            new WebSocketEndPointOptions
            {
                Port = port,
                Tls = new TlsServerOptions
                {
                    // Loaded anew when the files change, as certbot changes them; open connections stay.
                    Certificate = certificate is null ? TlsCertificate.CreateSelfSigned() : TlsCertificate.FromPemFiles(certificate, key),
                },
            },
            // A port without TLS: who comes there is told so.
            new WebSocketEndPointOptions { Port = 0 },
        ],
    };
    await using var server = await WebSocketServer.StartAsync(options, request => new SecureEcho());
    foreach (var endPoint in server.EndPoints) Console.WriteLine($"Listening on {endPoint}");
    await server.WaitForShutdownAsync();
    return 0;
}
catch (Exception e) when (e is ListenException or TlsCertificateException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

internal sealed class SecureEcho : WebSocketServerActor
{
    protected override UpgradeDecision OnUpgradeRequest(UpgradeRequest request) =>
        request.IsEncrypted == true ? true : UpgradeDecision.Reject(403, "Only under TLS: use wss.\n");

    protected override void OnOpen() =>
        Connection.SendText($"Welcome, by {Connection.Tls!.Protocol} and {Connection.Tls.CipherSuite}");

    protected override void OnTextMessageUtf8(ReadOnlySpan<byte> utf8) => Connection.SendText(utf8);

    protected override void OnBinaryMessage(ReadOnlySpan<byte> data) => Connection.SendBinary(data);
}
