// SPDX-License-Identifier: MIT
namespace Mare.Cli.Tests.Connect;

/// <summary><c>mare connect --once</c>: one message, one answer.</summary>
public sealed class OnceTests
{
    [Fact]
    public async Task Once_APipedLine_PrintsOnlyTheAnswer()
    {
        await using var server = await ConnectServer.StartAsync();
        Assert.Equal((0, "hi\n", ""), await server.RunAsync("hi\n", "--once"));
        Assert.Equal((CloseStatus.Normal, ""), await server.ClosedAsync());
    }

    [Fact]
    public async Task Once_SeveralLines_AreOneMessage()
    {
        await using var server = await ConnectServer.StartAsync();
        Assert.Equal((0, "{\n  \"a\": \"ü\"\n}\n", ""), await server.RunAsync("{\n  \"a\": \"ü\"\n}\n", "--once"));
    }

    [Fact]
    public async Task Once_AMessageOfTheCommandLine_ReadsNoInput()
    {
        await using var server = await ConnectServer.StartAsync();
        using var mare = server.Connect("--once", "--message", "hello");
        Assert.Equal((0, "hello\n", ""), await mare.WaitAsync());
    }

    [Theory]
    [InlineData("00 ff 1B", "00ff1b\n")]
    [InlineData("0x00FF", "00ff\n")]
    [InlineData("", "\n")]
    public async Task Once_Hex_IsBinaryBothWays(string input, string output)
    {
        await using var server = await ConnectServer.StartAsync();
        Assert.Equal((0, output, ""), await server.RunAsync(input, "-1", "-x"));
    }

    [Fact]
    public async Task Once_TheServerClosesInstead_SaysSoAndFails()
    {
        await using var server = await ConnectServer.StartAsync();
        Assert.Equal(
            (1, "", "mare: The connection was closed before an answer came: 4001, no thanks.\n"), await server.RunAsync("!close 4001 no thanks", "--once"));
        Assert.Equal(
            (1, "", "mare: The connection was closed before an answer came: 1000 Normal.\n"), await server.RunAsync("!close 1000 ", "--once"));
    }

    [Fact]
    public async Task Once_TheServerDropsTheConnection_SaysSoAndFails()
    {
        await using var server = await ConnectServer.StartAsync();
        Assert.Equal((1, "", "mare: The connection broke.\n"), await server.RunAsync("!drop", "--once"));
    }
}
