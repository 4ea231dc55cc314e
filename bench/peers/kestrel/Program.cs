// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// A WebSocket echo on ASP.NET Core Kestrel: the slim host, no logging, no keep-alive pings, and the plain loop of
// ReceiveAsync and SendAsync over one buffer. Options as in ../README.md.
var builder = WebApplication.CreateSlimBuilder();
var options = new ConfigurationBuilder().AddCommandLine(args).Build();
builder.Logging.ClearProviders();
builder.WebHost.UseKestrelHttpsConfiguration();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
{
    if (options["tls-cert"] is { } certificate) listen.UseHttps(X509Certificate2.CreateFromPemFile(certificate, options["tls-key"]));
}));
await using var app = builder.Build();
app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
var echo = new Echo(options["compression"]);
app.Run(echo.HandleAsync);
await app.StartAsync();
Console.WriteLine($"Listening on {app.Urls.Single().Replace("http", "ws", StringComparison.Ordinal)}");
await app.WaitForShutdownAsync();

internal sealed class Echo(string? compression)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            DangerousEnableCompression = compression is not null,
            DisableServerContextTakeover = compression == "shared",
        });
        var buffer = new byte[4096];
        var length = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close) break;
            length += received.Count;
            if (received.EndOfMessage)
            {
                // Whole messages, as the other servers give them to their handlers.
                await socket.SendAsync(buffer.AsMemory(0, length), received.MessageType, endOfMessage: true, CancellationToken.None);
                length = 0;
            }
            else if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }
}
