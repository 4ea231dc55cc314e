// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Lori.Tests.Proxies;

/// <summary>Connections of listed proxies on real sockets, of each backend, on several loops.</summary>
public abstract class ProxySocketTests(BackendKind backend) : IDisposable
{
    private const int Clients = 60;

    private readonly EventLoopGroup _loops = RealLoops.Start(3, backend);

    public void Dispose()
    {
        _loops.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Connections_OnSeveralLoops_AreTheirClients()
    {
        var asked = new ConcurrentBag<EndPoint?>();
        var listener = new TestListener(_loops, remote =>
        {
            asked.Add(remote);
            return new EchoActor();
        });
        await listener.ListenAsync(new ListenOptions
        {
            Host = "127.0.0.1",
            ProxyProtocol = { Sources = [IPNetwork.Parse("127.0.0.0/8")] },
        });
        var expected = Enumerable.Range(1, Clients).Select(static i => new IPEndPoint(IPAddress.Parse("192.0.2.1"), i)).ToList();
        var clients = new List<Socket>();
        foreach (var source in expected)
        {
            var client = Client.Connect(listener.EndPoints[0]);
            clients.Add(client);
            client.Send(ProxyHeaderBytes.V2(source, ProxyServer.Destination));
            Client.AssertEchoes(client);
        }

        Assert.Equal(expected.Select(static e => e.ToString()).Order(), asked.Select(static e => e!.ToString()!).Order());
        Assert.Equal(Clients, _loops.Loops.Sum(static l => l.ConnectionCount));
        foreach (var client in clients) client.Dispose();
    }

    [Fact]
    public async Task Connection_OverAUnixSocketThatIsListed_NeedsAHeader()
    {
        var path = Path.Combine(Path.GetTempPath(), $"lori-{Guid.NewGuid():N}.sock");
        EndPoint? asked = null;
        var listener = new TestListener(_loops, remote =>
        {
            asked = remote;
            return new EchoActor();
        });
        await listener.ListenAsync(new ListenOptions { UnixSocketPath = path, ProxyProtocol = { UnixSockets = true } });
        using var client = Client.Connect(listener.EndPoints[0]);
        client.Send(ProxyHeaderBytes.V1(ProxyServer.Source, ProxyServer.Destination));
        Client.AssertEchoes(client);
        Assert.Equal(ProxyServer.Source, asked);
        using var other = Client.Connect(listener.EndPoints[0]);
        other.Send("GET / HTTP/1.1\r\n"u8);
        // Such sockets know a reset only where something is unread.
        Assert.Equal(0, other.Receive(new byte[1], SocketFlags.None, out var error));
        Assert.True(error is SocketError.Success or SocketError.ConnectionReset, $"{error}");
        Assert.Equal(1, listener.ProxyHeadersRefused);
    }

    [Fact]
    public async Task Connection_ThatIsNotListed_GetsNoHeaderTaken()
    {
        var listener = new TestListener(_loops, static _ => new EchoActor());
        await listener.ListenAsync(new ListenOptions { Host = "127.0.0.1", ProxyProtocol = { Sources = [IPNetwork.Parse("192.0.2.0/24")] } });
        using var client = Client.Connect(listener.EndPoints[0]);
        var header = ProxyHeaderBytes.V1(ProxyServer.Source, ProxyServer.Destination);
        client.Send(header);
        var echoed = new byte[header.Length];
        Assert.Equal(echoed.Length, client.Receive(echoed));
        Assert.Equal(header, echoed);
    }
}

public sealed class EpollProxySocketTests() : ProxySocketTests(BackendKind.Epoll);

public sealed class IoUringProxySocketTests() : ProxySocketTests(BackendKind.IoUring);

public sealed class SocketsProxySocketTests() : ProxySocketTests(BackendKind.Sockets);
