// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Samples;

/// <summary>samples/FramedTcp: a length-prefixed protocol on Lori alone.</summary>
public sealed class FramedTcpTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Sample_MessagesWholeSplitAndTogether_ShoutsEach()
    {
        using var sample = ChildProgram.Start("FramedTcp.dll", "--port", "0");
        using var client = await ConnectAsync(sample);
        client.Send("\0\0\0\u0005hello"u8);
        Assert.Equal("\0\0\0\u0005HELLO", Read(client, 9));
        foreach (var octet in "\0\0\0\u0003abc"u8.ToArray()) client.Send([octet]);
        Assert.Equal("\0\0\0\u0003ABC", Read(client, 7));
        client.Send("\0\0\0\u0001x\0\0\0\u0002yz"u8);
        Assert.Equal("\0\0\0\u0001X\0\0\0\u0002YZ", Read(client, 11));

        client.Send("\0\0\0\u0009half"u8);
        client.Shutdown(SocketShutdown.Send);
        Assert.Contains(" ended within a message", await sample.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Contains(" is gone: ClosedByPeer", await sample.ReadLineAsync(), StringComparison.Ordinal);
        await sample.SignalAsync("INT");
        var (exitCode, _, error) = await sample.WaitAsync();
        Assert.Equal((0, ""), (exitCode, error));
    }

    [Fact]
    public async Task Sample_ALengthBeyondTheLimit_Closes()
    {
        using var sample = ChildProgram.Start("FramedTcp.dll", "--port", "0");
        using var client = await ConnectAsync(sample);
        client.Send([0x7F, 0, 0, 0]);
        Assert.Contains(" announced 2130706432 bytes", await sample.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal(0, client.Receive(new byte[1]));
    }

    [Fact]
    public async Task Sample_WithABadOption_SaysHow()
    {
        using var sample = ChildProgram.Start("FramedTcp.dll", "--port", "x");
        var (exitCode, output, error) = await sample.WaitAsync();
        Assert.Equal((2, "", "Usage: FramedTcp [--port NUMBER]\n"), (exitCode, output, error));
    }

    private static async Task<Socket> ConnectAsync(ChildProgram sample)
    {
        var endPoint = IPEndPoint.Parse(await sample.ReadListeningAsync());
        var client = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)Deadline.TotalMilliseconds,
            SendTimeout = (int)Deadline.TotalMilliseconds,
        };
        await client.ConnectAsync(endPoint);
        Assert.Contains(" connected", await sample.ReadLineAsync(), StringComparison.Ordinal);
        return client;
    }

    private static string Read(Socket client, int length)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length;)
        {
            var received = client.Receive(bytes.AsSpan(at));
            Assert.True(received > 0, $"the connection ended after {at} of {length} bytes");
            at += received;
        }

        return Encoding.UTF8.GetString(bytes);
    }
}
