// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Connect;

/// <summary>What <c>mare connect</c> asks for, and what it says when it does not get it.</summary>
public sealed class HandshakeOptionTests
{
    [Fact]
    public async Task Options_OfTheRequest_ReachTheServer()
    {
        await using var server = await ConnectServer.StartAsync(subprotocol: "b");
        using var mare = ChildProgram.Start(
            "mare.dll", "connect", $"{server.Url}/chat/room?x=1", "-H", "X-Token: a: b", "--header", "Host: example.org", "-s", "a", "--subprotocol", "b",
            "--origin", "http://example.org", "--insecure", "-4", "-m", "hi", "-w", "0");
        var (exitCode, output, error) = await mare.WaitAsync();
        Assert.Equal((0, "hi\n"), (exitCode, output));
        Assert.StartsWith($"Connected to {server.Url}/chat/room?x=1, subprotocol b\n", error, StringComparison.Ordinal);
        var request = server.Request!;
        Assert.Equal(("/chat/room", "?x=1"), (request.Path, request.QueryString));
        Assert.Equal(["a", "b"], request.Subprotocols);
        Assert.Equal(
            ("a: b", "example.org", "http://example.org"), (request.Headers["x-token"], request.Headers["host"], request.Headers["origin"]));
    }

    [Fact]
    public async Task Url_WithoutScheme_IsWs()
    {
        await using var server = await ConnectServer.StartAsync();
        using var mare = ChildProgram.Start("mare.dll", "connect", server.Url["ws://".Length..].Replace("127.0.0.1", "localhost", StringComparison.Ordinal), "-1", "-m", "hi");
        Assert.Equal((0, "hi\n", ""), await mare.WaitAsync());
    }

    [Fact]
    public async Task UnixSocket_IsConnectedTo()
    {
        var folder = Directory.CreateTempSubdirectory("mare-");
        var path = Path.Combine(folder.FullName, "s");
        await using (await ConnectServer.StartAsync(o => o.UnixSocketPath = path))
        {
            using var mare = ChildProgram.Start("mare.dll", "connect", "ws://example.org/", "--unix-socket", path, "-1", "-m", "hi");
            Assert.Equal((0, "hi\n", ""), await mare.WaitAsync());
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Server_Refuses_SaysTheStatusAndFails()
    {
        await using var server = await ConnectServer.StartAsync();
        await AssertFailsAsync(1, "mare: The server refused the upgrade: 404 Not Found.", $"{server.Url}/none");
    }

    [Fact]
    public async Task Server_IsNotThere_SaysSoAndFails()
    {
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await AssertFailsAsync(1, $"mare: Cannot connect to {nobody.LocalEndPoint}: nobody listens there.", $"ws://{nobody.LocalEndPoint}");
    }

    [Fact]
    public async Task Server_NeverAnswers_TimesOutAndFails()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await AssertFailsAsync(
            1, "mare: The server did not answer the opening handshake within 2 s.", $"ws://{silent.LocalEndpoint}", "--timeout", "2");
    }

    [Fact]
    public async Task Signal_DuringTheHandshake_EndsAndFails()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var mare = ChildProgram.Start("mare.dll", "connect", $"ws://{silent.LocalEndpoint}");
        using var client = await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        // The request is there: the tool waits for its answer.
        await client.GetStream().ReadExactlyAsync(new byte[16], TestContext.Current.CancellationToken);
        await mare.SignalAsync("INT");
        Assert.Equal((1, "", "mare: Cancelled during the opening handshake.\n"), await mare.WaitAsync());
    }

    [Theory]
    [InlineData("'http' is no WebSocket scheme: use ws:// or wss://.", "http://localhost")]
    [InlineData("'ws://' is no URL: use ws://HOST[:PORT][/PATH], or wss://.", "ws://")]
    [InlineData("'ws://a:b:c' is no URL: use ws://HOST[:PORT][/PATH], or wss://.", "ws://a:b:c")]
    [InlineData("A WebSocket URL has no fragment: leave the # out, or write it as %23.", "ws://localhost/#a")]
    [InlineData("A URL with a user name is not supported: use --header 'Authorization: ...'.", "ws://me:secret@localhost/")]
    [InlineData("The port must be 1 to 65535.", "ws://localhost:0")]
    [InlineData("'X-A' is no header: write it as 'Name: value'.", "localhost", "-H", "X-A")]
    [InlineData("Upgrade is written by the handshake: leave it out.", "localhost", "-H", "Upgrade: x")]
    [InlineData("Subprotocols must be tokens, each once.", "localhost", "-s", "a b")]
    [InlineData("The origin must have no control or non-Latin-1 character.", "localhost", "-o", "")]
    [InlineData("--wait must be seconds or 'forever', not 'long'.", "localhost", "-w", "long")]
    [InlineData("--wait must be 0 to 2073600 seconds.", "localhost", "-w", "-1")]
    [InlineData("--timeout must be 0.001 to 2073600 seconds.", "localhost", "--timeout", "NaN")]
    [InlineData("--max-message-size must be 1 to 2147483591.", "localhost", "--max-message-size", "0")]
    [InlineData("--ipv4 and --ipv6 exclude each other.", "localhost", "-4", "-6")]
    [InlineData("--unix-socket must be a path of 1 to 107 bytes.", "localhost", "--unix-socket", "")]
    public async Task CommandLine_IsWrong_IsOneLineAndAUsageError(string error, params string[] arguments) =>
        await AssertFailsAsync(2, $"mare: {error}", arguments);

    [Theory]
    [InlineData]
    [InlineData("localhost", "--what")]
    [InlineData("localhost", "--timeout", "soon")]
    public async Task CommandLine_CannotBeRead_IsAUsageError(params string[] arguments)
    {
        using var mare = ChildProgram.Start("mare.dll", ["connect", .. arguments]);
        var (exitCode, output, error) = await mare.WaitAsync();
        Assert.Equal((2, ""), (exitCode, output));
        Assert.StartsWith("mare: ", Assert.Single(error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    private static async Task AssertFailsAsync(int exitCode, string error, params string[] arguments)
    {
        using var mare = ChildProgram.Start("mare.dll", ["connect", .. arguments]);
        Assert.Equal((exitCode, "", error + "\n"), await mare.WaitAsync());
    }
}
