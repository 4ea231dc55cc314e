// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AsyncHandler;

/// <summary>Is the other service: GET /weather/CITY, answered after a while.</summary>
internal sealed class WeatherService : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(300);
    private static readonly Dictionary<string, string> Weather = new()
    {
        ["Lisbon"] = "24 °C, sunny",
        ["Oslo"] = "-3 °C, snow",
        ["Pune"] = "31 °C, haze",
    };

    private readonly HttpListener _listener;

    private WeatherService(HttpListener listener, Uri address)
    {
        _listener = listener;
        Address = address;
    }

    public static IEnumerable<string> Cities => Weather.Keys;

    public Uri Address { get; }

    public static WeatherService Start()
    {
        // HttpListener cannot choose a free port itself, and between finding and taking one another may take it.
        for (var tries = 1; ; tries++)
        {
            var address = new Uri($"http://127.0.0.1:{FindFreePort()}/");
            var listener = new HttpListener { Prefixes = { address.ToString() } };
            try
            {
                listener.Start();
            }
            catch (HttpListenerException) when (tries < 10)
            {
                continue;
            }

            var service = new WeatherService(listener, address);
            _ = service.RunAsync();
            return service;
        }
    }

    public void Dispose() => _listener.Close();

    private static int FindFreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task RunAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                _ = AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // closed
            }
        }
    }

    private static async Task AnswerAsync(HttpListenerContext context)
    {
        await Task.Delay(Delay);
        var city = Uri.UnescapeDataString(context.Request.Url!.Segments[^1]);
        var found = Weather.TryGetValue(city, out var weather);
        try
        {
            context.Response.StatusCode = found ? 200 : 404;
            context.Response.ContentType = "text/plain; charset=utf-8";
            context.Response.Close(Encoding.UTF8.GetBytes(weather ?? ""), willBlock: false);
        }
        catch (HttpListenerException)
        {
            context.Response.Abort(); // who asked has gone
        }
    }
}
