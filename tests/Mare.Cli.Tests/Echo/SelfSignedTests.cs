// SPDX-License-Identifier: MIT
using System.Net.WebSockets;
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Echo;

/// <summary><c>mare echo --tls-self-signed</c>, and options that contradict each other.</summary>
public sealed class SelfSignedTests
{
    [Fact]
    public async Task Echo_SelfSigned_EchoesToWhoAcceptsAnyCertificate()
    {
        using var mare = ChildProgram.Start("mare.dll", "echo", "--port", "0", "--tls-self-signed");
        var url = await mare.ReadListeningAsync();
        Assert.Matches("^wss://127\\.0\\.0\\.1:[1-9][0-9]*$", url);
        using var client = await EchoClient.ConnectAsync(url, static o => o.RemoteCertificateValidationCallback = static (_, _, _, _) => true);
        await client.AssertEchoAsync("under TLS", WebSocketMessageType.Text);
        await client.CloseAsync();
        using var tool = ChildProgram.Start("mare.dll", "connect", url, "--insecure", "--once", "--message", "by the tool");
        Assert.Equal((0, "by the tool\n", ""), await tool.WaitAsync());
    }

    [Theory]
    [InlineData("exclude each other", "--tls-self-signed", "--tls-cert", "x")]
    [InlineData("--tls-key needs --tls-cert", "--tls-key", "x")]
    public async Task Echo_ContradictoryTls_IsAUsageError(string expected, params string[] arguments)
    {
        using var mare = ChildProgram.Start("mare.dll", ["echo", "--port", "0", .. arguments]);
        var (exitCode, _, error) = await mare.WaitAsync();
        Assert.Equal(2, exitCode);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }
}
