// SPDX-License-Identifier: MIT
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Connect;

/// <summary><c>mare connect</c> on a terminal, which script(1) plays.</summary>
public sealed class TerminalTests
{
    private const string Erase = "\r\x1b[K";

    public TerminalTests()
    {
        const string Missing = "script (Debian: bsdutils) is not installed.";
        if (File.Exists("/usr/bin/script")) return;
        if (Environment.GetEnvironmentVariable("MARE_REQUIRE_TOOLS") == "1") Assert.Fail(Missing);
        Assert.Skip(Missing);
    }

    [Fact]
    public async Task Typed_LinesAndCommands_AreObeyedAndThePromptStaysBelow()
    {
        await using var server = await ConnectServer.StartAsync();
        using var terminal = await OpenAsync(server, ("NO_COLOR", "1"));
        await terminal.WriteAsync("hello\r");
        Assert.Contains($"{Erase}> hello\r\n", await terminal.ReadUntilAsync("< hello\r\n"), StringComparison.Ordinal);
        // A message that comes while something is typed goes above it.
        await terminal.WriteAsync("half");
        await terminal.ReadUntilAsync($"{Erase}> half\r\x1b[6C");
        server.Actor!.Say("asked");
        await terminal.ReadUntilAsync($"{Erase}< asked\r\n{Erase}> half\r\x1b[6C");
        await terminal.WriteAsync("\x15/hex 00 ff\r");
        await terminal.ReadUntilAsync("< [2 bytes] 00ff\r\n");
        await terminal.WriteAsync("/nothing\r");
        await terminal.ReadUntilAsync("There is no command /nothing; /help lists them, // begins a message with a slash.\r\n");
        await terminal.WriteAsync("/close 4001 enough\r");
        var end = await terminal.ReadUntilAsync("exit 0");
        Assert.Contains("Closed: 4001, enough\r\n", end, StringComparison.Ordinal);
        Assert.Equal(((CloseStatus)4001, "enough"), await server.ClosedAsync());
    }

    [Fact]
    public async Task ControlD_OnAnEmptyLine_ClosesWith1000()
    {
        await using var server = await ConnectServer.StartAsync();
        using var terminal = await OpenAsync(server);
        await terminal.WriteAsync("\x04");
        await terminal.ReadUntilAsync("exit 0");
        Assert.Equal((CloseStatus.Normal, ""), await server.ClosedAsync());
    }

    [Fact]
    public async Task ControlC_ClosesWith1000AndThePromptIsGone()
    {
        await using var server = await ConnectServer.StartAsync();
        using var terminal = await OpenAsync(server, ("NO_COLOR", "1"));
        await terminal.WriteAsync("half");
        await terminal.ReadUntilAsync("half\r\x1b[6C");
        await terminal.WriteAsync("\x03");
        Assert.StartsWith($"{Erase}Closed: 1000 Normal\r\n", await terminal.ReadUntilAsync("exit 0"), StringComparison.Ordinal);
        Assert.Equal((CloseStatus.Normal, ""), await server.ClosedAsync());
    }

    [Fact]
    public async Task Message_ThatWouldControlTheTerminal_IsShownInstead()
    {
        await using var server = await ConnectServer.StartAsync();
        using var terminal = await OpenAsync(server, ("NO_COLOR", "1"));
        await terminal.WriteAsync("!control\r");
        await terminal.ReadUntilAsync("< ␛[2J␍␇\r\n  second line\r\n");
    }

    [Fact]
    public async Task Colours_OnATerminal_AreThereUnlessNoColorIsSet()
    {
        await using var server = await ConnectServer.StartAsync();
        using (var plain = await OpenAsync(server, ("NO_COLOR", "1")))
        {
            await plain.WriteAsync("x\r");
            Assert.DoesNotContain("\x1b[3", await plain.ReadUntilAsync("< x\r\n"), StringComparison.Ordinal);
        }

        using var coloured = await OpenAsync(server, ("NO_COLOR", ""));
        await coloured.WriteAsync("x\r");
        await coloured.ReadUntilAsync("\x1b[36m< \x1b[0mx\r\n");
    }

    private static async Task<ChildProgram> OpenAsync(ConnectServer server, params (string Name, string Value)[] environment)
    {
        // Ctrl-C reaches the shell too, and of a user's shells (script takes $SHELL) some end by it and others do not: with a
        // trap none does, and the tool it starts hears the signal all the same.
        var terminal = ChildProgram.StartShell(
            $"script -qefc 'trap : INT; stty cols 80 rows 24; $MARE connect {server.Url}; echo exit $?' /dev/null",
            [("TERM", "xterm"), ("SHELL", "/bin/sh"), .. environment]);
        await terminal.ReadUntilAsync("/help lists the commands, Ctrl-D closes.");
        await terminal.ReadUntilAsync("\r\x1b[2C"); // the cursor behind an empty prompt
        return terminal;
    }
}
