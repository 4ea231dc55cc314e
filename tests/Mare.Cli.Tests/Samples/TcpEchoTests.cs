// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Samples;

/// <summary>samples/TcpEcho: Lori alone.</summary>
public sealed class TcpEchoTests
{
    [Fact]
    public async Task Sample_Run_EchoesLogsAndStops()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var sample = ChildProgram.Start("TcpEcho.dll", "--port", "0");
        var endPoint = IPEndPoint.Parse(await sample.ReadListeningAsync());
        using var client = new TcpClient(endPoint.AddressFamily);
        await client.ConnectAsync(endPoint, deadline.Token);
        Assert.Contains(" connected to loop ", await sample.ReadLineAsync(), StringComparison.Ordinal);
        var stream = client.GetStream();
        await stream.WriteAsync("hello"u8.ToArray(), deadline.Token);
        var echo = new byte[5];
        await stream.ReadExactlyAsync(echo, deadline.Token);
        Assert.Equal("hello"u8, echo);
        client.Close();
        Assert.Contains(" is gone: ", await sample.ReadLineAsync(), StringComparison.Ordinal);
        await sample.SignalAsync("INT");
        var (exitCode, _, error) = await sample.WaitAsync();
        Assert.Equal((0, ""), (exitCode, error));
    }

    [Fact]
    public async Task Sample_WithABadOption_SaysHow()
    {
        using var sample = ChildProgram.Start("TcpEcho.dll", "--port", "x");
        var (exitCode, output, error) = await sample.WaitAsync();
        Assert.Equal((2, "", "Usage: TcpEcho [--port NUMBER]\n"), (exitCode, output, error));
    }
}
