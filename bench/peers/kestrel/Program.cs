// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// A WebSocket echo on ASP.NET Core Kestrel: the slim host, no logging, no keep-alive pings, and the plain loop of
// ReceiveAsync and SendAsync over one buffer.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
await using var app = builder.Build();
app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
app.Run(Echo.HandleAsync);
await app.StartAsync();
Console.WriteLine($"Listening on {app.Urls.Single().Replace("http:", "ws:", StringComparison.Ordinal)}");
await app.WaitForShutdownAsync();

internal static class Echo
{
    public static async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
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
