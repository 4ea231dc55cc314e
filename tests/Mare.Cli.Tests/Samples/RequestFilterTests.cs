// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net.WebSockets;
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Samples;

/// <summary>samples/RequestFilter: who is let in, and to which actor.</summary>
public sealed class RequestFilterTests
{
    [Fact]
    public async Task Sample_Run_LetsInWhomItShould()
    {
        using var sample = ChildProgram.Start("RequestFilter.dll", "--port", "0");
        var url = await sample.ReadListeningAsync();
        await sample.ReadLineAsync();
        await sample.ReadLineAsync();
        var token = (await sample.ReadLineAsync()).Split("token, ")[1];

        Assert.Equal(404, await StatusAsync(url));
        Assert.Equal(404, await StatusAsync($"{url}/nowhere"));

        Assert.Equal(101, await StatusAsync($"{url}/echo"));
        Assert.Equal(101, await StatusAsync($"{url}/echo", static o => o.SetRequestHeader("Origin", "http://localhost:3000")));
        Assert.Equal(101, await StatusAsync($"{url}/echo", o => o.SetRequestHeader("Origin", url.Replace("ws:", "http:", StringComparison.Ordinal))));
        Assert.Equal(403, await StatusAsync($"{url}/echo", static o => o.SetRequestHeader("Origin", "http://localhost:3001")));
        Assert.Equal(403, await StatusAsync($"{url}/clock", static o => o.SetRequestHeader("Origin", "https://localhost.example")));
        Assert.Equal(421, await StatusAsync($"{url}/echo", static o => o.SetRequestHeader("Host", "rebound.example")));
        Assert.Equal(403, await StatusAsync($"{url}/echo", static o => o.SetRequestHeader("Origin", "null")));

        Assert.Equal(400, await StatusAsync($"{url}/clock"));
        Assert.Equal(101, await StatusAsync($"{url}/clock", static o => o.AddSubProtocol("clock.unix")));

        Assert.Equal(401, await StatusAsync($"{url}/admin"));
        Assert.Equal(401, await StatusAsync($"{url}/admin?token={token}"));
        Assert.Equal(403, await StatusAsync($"{url}/admin", static o => o.SetRequestHeader("Authorization", "Bearer guess")));
        Assert.Equal(403, await StatusAsync($"{url}/admin", static o => Offer(o, "admin", "bearer.guess")));
        // .NET's client, as a browser, fails where none of what it offered is chosen, and where it is another.
        Assert.Equal(101, await StatusAsync($"{url}/admin", o => Offer(o, "admin", $"bearer.{token}")));
        Assert.Equal(101, await StatusAsync($"{url}/admin", o => o.SetRequestHeader("Authorization", $"Bearer {token}")));

        await sample.SignalAsync("TERM");
        var (exitCode, _, error) = await sample.WaitAsync();
        Assert.Equal((0, ""), (exitCode, error));
    }

    [Fact]
    public async Task Clock_OfEachSubprotocol_SendsItsForm()
    {
        using var sample = ChildProgram.Start("RequestFilter.dll", "--port", "0");
        var url = await sample.ReadListeningAsync();
        using var unix = await EchoClient.ConnectAsync($"{url}/clock", static o => o.AddSubProtocol("clock.unix"));
        var seconds = long.Parse(await unix.ReadTextAsync(), CultureInfo.InvariantCulture);
        Assert.InRange(long.Parse(await unix.ReadTextAsync(), CultureInfo.InvariantCulture), seconds, seconds + 60);
        using var iso = await EchoClient.ConnectAsync($"{url}/clock", static o => o.AddSubProtocol("clock.iso"));
        Assert.True(DateTimeOffset.TryParseExact(await iso.ReadTextAsync(), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
    }

    [Fact]
    public async Task Sample_WithABadOption_SaysHow()
    {
        using var sample = ChildProgram.Start("RequestFilter.dll", "--port", "65536");
        var (exitCode, output, error) = await sample.WaitAsync();
        Assert.Equal((2, "", "Usage: RequestFilter [--port NUMBER]\n"), (exitCode, output, error));
    }

    private static void Offer(ClientWebSocketOptions options, params string[] subprotocols)
    {
        foreach (var subprotocol in subprotocols) options.AddSubProtocol(subprotocol);
    }

    private static async Task<int> StatusAsync(string url, Action<ClientWebSocketOptions>? configure = null)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var client = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        configure?.Invoke(client.Options);
        try
        {
            await client.ConnectAsync(new Uri(url), deadline.Token);
        }
        catch (WebSocketException)
        {
            Assert.NotEqual(101, (int)client.HttpStatusCode);
        }

        return (int)client.HttpStatusCode;
    }
}
