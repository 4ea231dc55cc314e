// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Mare.Backends;
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Echo;

/// <summary><c>mare echo</c>, as a script meets it.</summary>
public sealed class EchoCommandTests
{
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Echo_OnPort0_SaysWhereAndEchoes()
    {
        using var mare = ChildProgram.Start("mare.dll", "echo", "--port", "0");
        var line = await mare.ReadLineAsync();
        Assert.Matches(@"^Listening on ws://127\.0\.0\.1:[1-9][0-9]*$", line);
        using var client = await EchoClient.ConnectAsync(line["Listening on ".Length..]);
        await client.AssertEchoAsync("grüß", WebSocketMessageType.Text);
        await client.AssertEchoAsync("bytes", WebSocketMessageType.Binary);
        await client.CloseAsync();
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("epoll")]
    [InlineData("sockets")]
    [InlineData("io_uring")]
    public async Task Echo_OnEachBackend_EchoesAndStops(string backend)
    {
        if (backend == "io_uring") IoUringMachine.SkipUnlessAllowed();
        using var mare = ChildProgram.Start("mare.dll", "echo", "--port", "0", "--loops", "1", "--backend", backend);
        using var client = await EchoClient.ConnectAsync(await mare.ReadListeningAsync());
        await client.AssertEchoAsync("on " + backend, WebSocketMessageType.Text);
        await mare.SignalAsync("TERM");
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await client.ReadCloseAsync());
        var (exitCode, _, error) = await mare.WaitAsync(StopDeadline);
        Assert.Equal((0, ""), (exitCode, error));
    }

    [Fact]
    public async Task Echo_OfTheLongestMessageThereIs_Starts()
    {
        using var mare = ChildProgram.Start("mare.dll", "echo", "--port", "0", "--max-message-size", "2147483591");
        using var client = await EchoClient.ConnectAsync(await mare.ReadListeningAsync());
        await client.AssertEchoAsync("short", WebSocketMessageType.Text);
        await client.CloseAsync();
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("dedicated")]
    public async Task Echo_WithCompression_NegotiatesItAndEchoes(string mode)
    {
        using var mare = ChildProgram.Start("mare.dll", "echo", "--port", "0", "--compression", mode);
        using var client = await EchoClient.ConnectAsync(await mare.ReadListeningAsync(), static options =>
        {
            options.DangerousDeflateOptions = new WebSocketDeflateOptions();
            options.CollectHttpResponseDetails = true;
        });
        Assert.StartsWith("permessage-deflate", client.Extensions, StringComparison.Ordinal);
        await client.AssertEchoAsync(new string('a', 1000), WebSocketMessageType.Text);
        await client.AssertEchoAsync(new string('a', 1000), WebSocketMessageType.Binary);
        await client.CloseAsync();
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Echo_Signalled_ClosesClientsWith1001AndExits0(string signal)
    {
        using var mare = ChildProgram.Start("mare.dll", "echo", "--port", "0", "--loops", "2");
        var url = await mare.ReadListeningAsync();
        using var first = await EchoClient.ConnectAsync(url);
        using var second = await EchoClient.ConnectAsync(url);
        await first.AssertEchoAsync("x", WebSocketMessageType.Text);
        await mare.SignalAsync(signal);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await first.ReadCloseAsync());
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await second.ReadCloseAsync());
        var (exitCode, _, error) = await mare.WaitAsync(StopDeadline);
        Assert.Equal((0, ""), (exitCode, error));
    }

    [Fact]
    public async Task Echo_SignalledAtItsFirstLine_Exits0()
    {
        using var mare = ChildProgram.Start("mare.dll", "echo", "--port", "0");
        await mare.ReadListeningAsync();
        await mare.SignalAsync("TERM");
        Assert.Equal(0, (await mare.WaitAsync(StopDeadline)).ExitCode);
    }

    [Fact]
    public async Task Echo_SignalledWithAClientThatNeverAnswers_ExitsInTime()
    {
        using var mare = ChildProgram.Start("mare.dll", "echo", "--port", "0");
        using var client = await EchoClient.ConnectAsync(await mare.ReadListeningAsync());
        await mare.SignalAsync("TERM");
        Assert.Equal(0, (await mare.WaitAsync(StopDeadline)).ExitCode);
    }

    [Theory]
    [InlineData("--no-such-option")]
    [InlineData("--port", "many")]
    [InlineData("--port", "70000")]
    [InlineData("--loops", "-1")]
    [InlineData("--backend", "carrier-pigeon")]
    [InlineData("--max-message-size", "0")]
    [InlineData("--max-fragments", "0")]
    [InlineData("--host", "no-such-host.invalid")]
    public async Task Echo_WithABadOption_IsOneLineAndFails(params string[] arguments) =>
        await AssertFailsAsync(["echo", .. arguments]);

    [Fact]
    public async Task Echo_OnAPortInUse_IsOneLineAndFails()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var error = await AssertFailsAsync(["echo", "--port", $"{port}"]);
        Assert.Equal($"mare: Cannot listen on 127.0.0.1:{port}: the address is already in use.", error);
    }

    [Theory]
    [InlineData]
    [InlineData("no-such-command")]
    public async Task Mare_WithoutACommand_Fails(params string[] arguments) => await AssertFailsAsync(arguments);

    private static async Task<string> AssertFailsAsync(string[] arguments)
    {
        using var mare = ChildProgram.Start("mare.dll", arguments);
        var (exitCode, output, error) = await mare.WaitAsync();
        Assert.NotEqual(0, exitCode);
        Assert.Equal("", output);
        var line = Assert.Single(error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("mare: ", line, StringComparison.Ordinal);
        return line;
    }
}
