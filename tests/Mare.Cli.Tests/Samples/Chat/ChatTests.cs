// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Samples;

/// <summary>samples/Chat as a process: the README's first command. Its page is tested in tests/Mare.Browser.</summary>
public sealed class ChatTests
{
    private const string Start = "Chat on ";

    [Fact]
    public async Task Sample_Run_ServesThePageAndTheRoom()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var sample = ChildProgram.Start("Chat.dll", "--port", "0");
        var line = await sample.ReadLineAsync();
        Assert.Matches("^Chat on http://localhost:[0-9]+$", line);
        var url = line[Start.Length..];
        await AssertPageAsync(url, deadline.Token);

        using var ada = await ConnectAsync(url, "?name=Ada&session=a", deadline.Token);
        var welcome = await ReadAsync(ada, deadline.Token);
        await SayAsync(ada, "one", deadline.Token);
        Assert.Equal("one", (await ReadAsync(ada, deadline.Token)).Text("text"));
        await SayAsync(ada, "two", deadline.Token);
        Assert.Equal("two", (await ReadAsync(ada, deadline.Token)).Text("text"));
        using var bo = await ConnectAsync(url, $"?name=Bo&session=b&room={welcome.Text("room")}&since=1", deadline.Token);
        var second = await ReadAsync(bo, deadline.Token);
        Assert.Equal(["two"], second.Messages);
        Assert.Equal(["Ada", "Bo"], second.People.Order());
        Assert.Equal("Bo", (await ReadAsync(ada, deadline.Token)).Person);

        await sample.SignalAsync("INT");
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await ReadCloseAsync(ada, deadline.Token));
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await ReadCloseAsync(bo, deadline.Token));
        var (exitCode, _, error) = await sample.WaitAsync();
        Assert.Equal((0, ""), (exitCode, error));
    }

    [Fact]
    public async Task Sample_OnEveryAddress_NamesThisMachineFirst()
    {
        using var sample = ChildProgram.Start("Chat.dll", "--host", "*", "--port", "0");
        Assert.Matches(@"^Chat on http://localhost:[0-9]+( and http://[0-9.]+:[0-9]+)*$", await sample.ReadLineAsync());
    }

    [Theory]
    [InlineData("--port", "x")]
    [InlineData("--port")]
    [InlineData("--what", "1")]
    [InlineData("--host", "")]
    public async Task Sample_WithABadOption_SaysHow(params string[] arguments)
    {
        using var sample = ChildProgram.Start("Chat.dll", arguments);
        var (exitCode, output, error) = await sample.WaitAsync();
        Assert.Equal((2, ""), (exitCode, output));
        Assert.StartsWith("Usage: Chat [--host NAME] [--port NUMBER]", error, StringComparison.Ordinal);
    }

    private static async Task AssertPageAsync(string url, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        using var page = await client.GetAsync("/", cancellationToken);
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Contains("default-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        foreach (var (path, type) in new[] { ("chat.js", "text/javascript"), ("style.css", "text/css"), ("favicon.svg", "image/svg+xml") })
        {
            using var file = await client.GetAsync(path, cancellationToken);
            Assert.Equal((HttpStatusCode.OK, type), (file.StatusCode, file.Content.Headers.ContentType?.MediaType));
        }

        Assert.Equal("ok\n", await client.GetStringAsync("/healthz", cancellationToken));
        using var missing = await client.GetAsync("/../Chat.dll", cancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private static async Task<ClientWebSocket> ConnectAsync(string url, string query, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"{url.Replace("http:", "ws:", StringComparison.Ordinal)}/chat{query}"), cancellationToken);
        return socket;
    }

    private static Task SayAsync(ClientWebSocket socket, string text, CancellationToken cancellationToken) => socket.SendAsync(
        Encoding.UTF8.GetBytes($"{{\"type\":\"say\",\"text\":\"{text}\",\"key\":\"{text}\"}}"), WebSocketMessageType.Text, true, cancellationToken);

    private static async Task<ChatEvent> ReadAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        var result = await socket.ReceiveAsync(buffer, cancellationToken);
        Assert.Equal((WebSocketMessageType.Text, true), (result.MessageType, result.EndOfMessage));
        return new ChatEvent(JsonDocument.Parse(buffer.AsMemory(0, result.Count)).RootElement);
    }

    private static async Task<WebSocketCloseStatus?> ReadCloseAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await socket.ReceiveAsync(new byte[64 * 1024], cancellationToken);
            if (result.MessageType != WebSocketMessageType.Close) continue; // others who leave
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
            return result.CloseStatus;
        }
    }
}
