// SPDX-License-Identifier: MIT
namespace Mare.Tests.Docs.Limits;

internal static class Program
{
    public static void Configure(WebSocketServerOptions options)
    {
        options.AllowedOrigins = ["https://app.example", "http://localhost:3000"];  // besides the server's own
        options.AllowedHosts = ["api.example", "localhost"];                        // what clients may call the server
    }
}
