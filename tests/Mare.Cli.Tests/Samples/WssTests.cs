// SPDX-License-Identifier: MIT
using System.Net.WebSockets;
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Samples;

/// <summary>samples/Wss.</summary>
public sealed class WssTests
{
    [Fact]
    public async Task Sample_Run_EchoesUnderTlsOnly()
    {
        using var sample = ChildProgram.Start("Wss.dll", "--port", "0");
        var secure = await sample.ReadListeningAsync();
        Assert.StartsWith("wss://", secure, StringComparison.Ordinal);
        string plain;
        do plain = await sample.ReadListeningAsync();
        while (plain.StartsWith("wss://", StringComparison.Ordinal));
        using var client = await EchoClient.ConnectAsync(secure, static o => o.RemoteCertificateValidationCallback = static (_, _, _, _) => true);
        Assert.StartsWith("Welcome, by Tls13 and TLS_", await client.ReadTextAsync(), StringComparison.Ordinal);
        await client.AssertEchoAsync("hello", WebSocketMessageType.Text);
        await client.CloseAsync();
        Assert.Contains("403", (await Assert.ThrowsAsync<WebSocketException>(() => EchoClient.ConnectAsync(plain))).Message, StringComparison.Ordinal);
        await sample.SignalAsync("INT");
        Assert.Equal(0, (await sample.WaitAsync()).ExitCode);
    }

    [Fact]
    public async Task Sample_WithoutItsFiles_SaysWhich()
    {
        using var sample = ChildProgram.Start("Wss.dll", "--port", "0", "--cert", "/nowhere/tls.crt", "--key", "/nowhere/tls.key");
        var (exitCode, _, error) = await sample.WaitAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains("/nowhere/tls.crt", error, StringComparison.Ordinal);
    }
}
