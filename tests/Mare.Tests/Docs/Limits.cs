// SPDX-License-Identifier: MIT
namespace Mare.Tests.Docs.Limits;

internal static class Program
{
    public static void Configure(WebSocketServerOptions options)
    {
        options.AllowedOrigins = ["https://app.example", "http://localhost:3000"];  // besides the server's own
        options.AllowedHosts = ["api.example", "localhost"];                        // what clients may call the server
    }

    public static void ConfigureConnections(WebSocketServerOptions options)
    {
        options.ConnectionLimits.MaxConnections = 20_000;           // open WebSocket connections; then upgrades get 503
        options.ConnectionLimits.MaxConnectionsPerAddress = 200;    // from one client address; then 429
    }

    public static void ConfigureRates(WebSocketServerOptions options)
    {
        options.RateLimits.MessagesPerSecond = 20;          // of each client; after a silence up to 10 seconds' worth at once (Burst)
        options.RateLimits.BytesPerSecond = 64 * 1024;      // as they arrive, compressed
    }

    public static void ConfigureDrain(WebSocketServerOptions options)
    {
        options.Drain.Period = TimeSpan.FromSeconds(30);      // close frames in small batches over half a minute
        options.Drain.Code = CloseCode.ServiceRestart;        // 1012; the default is 1001
    }

    public static async Task DrainAsync(WebSocketServer server)
    {
        var report = await server.DrainAsync();
        Console.WriteLine($"{report.Clean} closed cleanly, {report.Lost} were lost, {report.Dropped} were dropped.");
    }
}
