// SPDX-License-Identifier: MIT
using System.Net;
using Mare.Tests.Connections;

namespace Mare.Tests.Sockets;

/// <summary>What needs the kernel's addresses. On each backend that listens on sockets.</summary>
public abstract class ListeningTests(BackendKind backend) : LoopbackTests(backend)
{
    [Fact]
    public async Task Start_OnAnAddressInUse_IsOneClearError()
    {
        await using var server = await StartAsync();
        var port = server.Server.EndPoints[0].Port;
        var error = await Assert.ThrowsAsync<ListenException>(() => StartAsync(configure: o => o.Port = port));
        Assert.Equal($"Cannot listen on 127.0.0.1:{port}: the address is already in use.", error.Message);
    }

    [Fact]
    public async Task Start_OnAHostWithoutAddress_IsOneClearError()
    {
        var error = await Assert.ThrowsAsync<ListenException>(
            () => StartAsync(configure: static o => o.Host = "no-such-host.invalid"));
        Assert.StartsWith("Cannot listen on no-such-host.invalid: the name has no address", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnLocalhostWithPort0_ListensOnOnePort()
    {
        await using var server = await StartAsync(configure: static o => o.Host = "localhost");
        Assert.NotEqual(0, server.Server.EndPoints[0].Port);
        Assert.Single(server.Server.EndPoints.Select(static e => e.Port).Distinct());
        foreach (var endPoint in server.Server.EndPoints)
        {
            Assert.True(IPAddress.IsLoopback(((IPEndPoint)endPoint.Address).Address));
            using var client = await SocketClient.ConnectAsync(endPoint.Address);
            await client.SendAsync(Requests.Upgrade());
            Assert.Equal(101, (await client.ReadAnswerAsync()).Status);
        }
    }

    [Fact]
    public async Task Start_OnAUnixSocket_ServesAndRemovesItsFile()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using (var server = await StartAsync(static a => a.Hook = MessageTests.Echo, o => o.UnixSocketPath = path))
        {
            Assert.Equal($"ws+unix:{path}", server.Server.EndPoints[0].ToString());
            using var client = await server.OpenAsync();
            await client.SendAsync(ClientFrames.Binary([1, 2]));
            Assert.Equal([1, 2], (await client.ReadFrameAsync()).Payload);
            Assert.Null(server.Actors[0].Request!.RemoteEndPoint);
            await CloseAsync(client);
        }

        Assert.False(File.Exists(path));
    }
}
