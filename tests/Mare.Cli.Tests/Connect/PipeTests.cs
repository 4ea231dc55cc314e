// SPDX-License-Identifier: MIT
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Connect;

/// <summary><c>mare connect</c> between pipes: lines in, lines out, the rest on standard error.</summary>
public sealed class PipeTests
{
    private const string Connected = "Connected to ";

    [Fact]
    public async Task Lines_AnyEnd_AreMessagesInOrder()
    {
        await using var server = await ConnectServer.StartAsync();
        var (exitCode, output, error) = await server.RunAsync("a\n\nb\r\n/ping\nü");
        Assert.Equal((0, "a\n\nb\n/ping\nü\n"), (exitCode, output));
        Assert.Equal($"{Connected}{server.Url}/\nClosed: 1000 Normal\n", error);
        Assert.Equal((CloseStatus.Normal, ""), await server.ClosedAsync());
    }

    [Fact]
    public async Task Lines_Many_AllComeBackBeforeItCloses()
    {
        await using var server = await ConnectServer.StartAsync();
        var input = string.Concat(Enumerable.Range(0, 5000).Select(static i => $"line {i} {new string('x', i % 300)}\n"));
        Assert.Equal((0, input, ""), await server.RunAsync(input, "--quiet", "--wait", "0"));
    }

    [Fact]
    public async Task Line_OfAMegabyte_ComesBack()
    {
        await using var server = await ConnectServer.StartAsync();
        var input = new string('y', 1_000_000) + "\n";
        Assert.Equal((0, input, ""), await server.RunAsync(input, "-q", "-w", "0"));
    }

    [Fact]
    public async Task Message_OfTheCommandLine_PrintsWhatComes()
    {
        await using var server = await ConnectServer.StartAsync();
        using var mare = server.Connect("-q", "-w", "0", "-m", "hello");
        Assert.Equal((0, "hello\n", ""), await mare.WaitAsync());
    }

    [Fact]
    public async Task Hex_Lines_AreBinaryMessages()
    {
        await using var server = await ConnectServer.StartAsync();
        Assert.Equal((0, "00ff\n\nab\n", ""), await server.RunAsync("00 ff\n\n0xAB\n", "-x", "-q", "-w", "0"));
    }

    [Fact]
    public async Task EndOfInput_WaitForever_StaysUntilTheServerCloses()
    {
        await using var server = await ConnectServer.StartAsync();
        var (exitCode, output, error) = await server.RunAsync("a\n!late 1000 done\n", "--wait", "forever");
        Assert.Equal((0, "a\nlate\n"), (exitCode, output));
        Assert.EndsWith("\nClosed by the server: 1000 Normal, done\n", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("!close 1000 bye", 0, "Closed by the server: 1000 Normal, bye")]
    [InlineData("!close 1001 bye", 1, "mare: The server closed the connection: 1001 GoingAway, bye.")]
    [InlineData("!close 4000 bye", 1, "mare: The server closed the connection: 4000, bye.")]
    [InlineData("!close 4000 \u001b[2Jbye", 1, "mare: The server closed the connection: 4000, ␛[2Jbye.")]
    [InlineData("!drop", 1, "mare: The connection broke.")]
    public async Task Server_Ends_IsToldByALineAndTheExitCode(string message, int exitCode, string line)
    {
        await using var server = await ConnectServer.StartAsync();
        using var mare = server.Connect();
        await mare.WriteAsync($"{message}\n");
        // Input stays open: the server's end is the end.
        var ended = await mare.WaitAsync();
        Assert.Equal((exitCode, "", $"{Connected}{server.Url}/\n{line}\n"), ended);
    }

    [Theory]
    [InlineData("a\n\u0001\u0002zz\n", "mare: Line 2: This is not hex: two digits a byte, spaces between bytes if you like.\n", "aa\n", "-x")]
    [InlineData("ok\n/what\n", "mare: Line 2: There is no command /what; /help lists them, // begins a message with a slash.\n", "ok\n", "--slash")]
    public async Task Line_IsWrong_StopsThereAndIsAUsageError(string input, string error, string output, string option)
    {
        await using var server = await ConnectServer.StartAsync();
        if (option == "-x") input = "aa\n" + input[2..];
        var ended = await server.RunAsync(input, "-q", option);
        Assert.Equal((2, error), (ended.ExitCode, ended.Error));
        // What was sent before may have been answered before it closed.
        Assert.StartsWith(ended.Output, output, StringComparison.Ordinal);
        Assert.Equal((CloseStatus.Normal, ""), await server.ClosedAsync());
    }

    [Fact]
    public async Task Slash_CommandsOfAPipe_AreObeyed()
    {
        await using var server = await ConnectServer.StartAsync();
        using var mare = server.Connect("--slash");
        await mare.WriteAsync("//x\n/ping abc\n/hex 00ff\n");
        Assert.Equal(["/x", "00ff"], [await mare.ReadLineAsync(), await mare.ReadLineAsync()]);
        await mare.WriteAsync("/close 4321 that is all\nnot sent\n");
        var (exitCode, _, error) = await mare.WaitAsync();
        Assert.Equal(0, exitCode);
        Assert.Matches(@"\nPong 'abc' after [0-9.]+ ms\nClosed: 4321, that is all\n$", error);
        Assert.Equal(((CloseStatus)4321, "that is all"), await server.ClosedAsync());
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Signal_Open_ClosesWith1000AndWaitsForTheAnswer(string signal)
    {
        await using var server = await ConnectServer.StartAsync();
        using var mare = server.Connect();
        await mare.WriteAsync("a\n");
        await mare.ReadLineAsync();
        await mare.SignalAsync(signal);
        Assert.Equal((0, "a\n", $"{Connected}{server.Url}/\nClosed: 1000 Normal\n"), await mare.WaitAsync());
        Assert.Equal((CloseStatus.Normal, ""), await server.ClosedAsync());
    }

    [Fact]
    public async Task Output_ReaderIsGone_ClosesAndEnds()
    {
        await using var server = await ConnectServer.StartAsync();
        using var shell = ChildProgram.StartShell($"(seq 1 100000; sleep 60) | $MARE connect {server.Url} | head -n 1");
        Assert.Equal("1", await shell.ReadLineAsync());
        Assert.Equal((CloseStatus.Normal, ""), await server.ClosedAsync());
    }
}
