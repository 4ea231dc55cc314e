// SPDX-License-Identifier: MIT
using System.Net.WebSockets;
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Samples;

/// <summary>samples/Echo, the README's first command.</summary>
public sealed class EchoTests
{
    [Fact]
    public async Task Sample_Run_EchoesLogsAndStops()
    {
        using var sample = ChildProgram.Start("Echo.dll", "--port", "0");
        using var client = await EchoClient.ConnectAsync(await sample.ReadListeningAsync());
        Assert.EndsWith(" opened", await sample.ReadLineAsync(), StringComparison.Ordinal);
        await client.AssertEchoAsync("hello", WebSocketMessageType.Text);
        await client.AssertEchoAsync("hello", WebSocketMessageType.Binary);
        await client.CloseAsync();
        Assert.EndsWith(" closed: 1000 Normal", await sample.ReadLineAsync(), StringComparison.Ordinal);
        await sample.SignalAsync("INT");
        var (exitCode, output, error) = await sample.WaitAsync();
        Assert.Equal((0, ""), (exitCode, error));
        Assert.EndsWith("Stopped.\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port", "x")]
    [InlineData("--port", "65536")]
    [InlineData("--what")]
    public async Task Sample_WithABadOption_SaysHow(params string[] arguments)
    {
        using var sample = ChildProgram.Start("Echo.dll", arguments);
        var (exitCode, output, error) = await sample.WaitAsync();
        Assert.Equal((2, "", "Usage: Echo [--port NUMBER]\n"), (exitCode, output, error));
    }

    [Fact]
    public void Readme_EchoServer_IsTheSample()
    {
        var readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md"));
        var sample = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Echo.Program.cs.txt"));
        var code = readme.Split("```csharp\n")[1].Split("```")[0];
        var lines = code.Split('\n')
            .Select(static l => l.Split("//")[0].Trim().Replace("Port = 8080", "Port = port", StringComparison.Ordinal))
            // What the sample prints says more.
            .Where(static l => l.Length > 1 && !l.StartsWith("Console.", StringComparison.Ordinal))
            .ToArray();
        Assert.InRange(lines.Length, 7, 20);
        Assert.All(lines, l => Assert.Contains(l, sample, StringComparison.Ordinal));
    }
}
