// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Tests.Listeners;

/// <summary>Listens on real sockets, of each backend: the names and families that an address may have.</summary>
public abstract class ListenTests(BackendKind backend) : IDisposable
{
    private readonly EventLoopGroup _loops = RealLoops.Start(2, backend);

    public void Dispose()
    {
        _loops.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Localhost_PortZero_IsEveryAddressOfTheNameOnOnePort()
    {
        var listener = await ListenAsync("localhost");
        var ports = listener.EndPoints.Cast<IPEndPoint>().Select(static e => e.Port).Distinct();
        Assert.NotEqual(0, Assert.Single(ports));
        Assert.Equal(AddressFamily.InterNetwork, listener.EndPoints[0].AddressFamily);
        foreach (var endPoint in listener.EndPoints) Client.AssertEchoes(endPoint);
        Assert.Equal(["OnListening"], listener.Calls);
    }

    [Fact]
    public async Task IPv4_Address_IsThatAddressOnly()
    {
        var listener = await ListenAsync("127.0.0.1");
        var endPoint = Assert.IsType<IPEndPoint>(Assert.Single(listener.EndPoints));
        Assert.Equal(IPAddress.Loopback, endPoint.Address);
        Client.AssertEchoes(endPoint);
        Client.AssertRefused(new IPEndPoint(IPAddress.Parse("127.0.0.2"), endPoint.Port));
    }

    [Fact]
    public async Task IPv6_Address_IsThatAddressOnly()
    {
        SkipWithoutIPv6();
        var listener = await ListenAsync("::1");
        var endPoint = Assert.IsType<IPEndPoint>(Assert.Single(listener.EndPoints));
        Assert.Equal(IPAddress.IPv6Loopback, endPoint.Address);
        Client.AssertEchoes(endPoint);
        Client.AssertRefused(new IPEndPoint(IPAddress.Loopback, endPoint.Port));
    }

    [Fact]
    public async Task Star_OneSocket_TakesBothFamilies()
    {
        SkipWithoutIPv6();
        var actors = new List<EchoActor>();
        var listener = await ListenAsync("*", actor: actors.Add);
        Assert.Single(listener.EndPoints);
        using var six = Client.Connect("::1", listener.EndPoints[0]);
        Client.AssertEchoes(six);
        using var four = Client.Connect("127.0.0.1", listener.EndPoints[0]);
        Client.AssertEchoes(four);
        // The peer's own address, not its form within IPv6.
        Assert.Equal(six.LocalEndPoint, (await actors[0].Started).Remote);
        Assert.Equal(four.LocalEndPoint, (await actors[1].Started).Remote);
        Assert.Equal(four.RemoteEndPoint, (await actors[1].Started).Local);
    }

    [Fact]
    public async Task AddressInUse_IsOneClearErrorAndTheActorHearsIt()
    {
        var first = await ListenAsync("127.0.0.1");
        var second = NewListener();
        var port = ((IPEndPoint)first.EndPoints[0]).Port;
        var e = await Assert.ThrowsAsync<ListenException>(
            () => second.ListenAsync(new ListenOptions { Host = "127.0.0.1", Port = port }));
        Assert.Equal(SocketError.AddressAlreadyInUse, e.SocketErrorCode);
        Assert.Equal($"Cannot listen on 127.0.0.1:{port}: the address is already in use.", e.Message);
        Assert.Equal(["OnListenFailure"], second.Calls);
        Assert.Empty(second.EndPoints);
        Client.AssertEchoes(first.EndPoints[0]);
    }

    [Fact]
    public async Task AddressOfAnotherMachine_IsAClearError()
    {
        // RFC 5737: for documentation, so on no machine.
        var e = await Assert.ThrowsAsync<ListenException>(() => ListenAsync("192.0.2.1"));
        Assert.Contains("this machine has no such address", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopListening_FreesTheAddressAndConnectionsLiveOn()
    {
        var listener = await ListenAsync("127.0.0.1");
        var endPoint = listener.EndPoints[0];
        using var client = Client.Connect(endPoint);
        Client.AssertEchoes(client);
        await listener.StopListeningAsync();
        Assert.Empty(listener.EndPoints);
        Client.AssertRefused(endPoint);
        Client.AssertEchoes(client);
        var again = await ListenAsync("127.0.0.1", ((IPEndPoint)endPoint).Port);
        Client.AssertEchoes(again.EndPoints[0]);
    }

    [Fact]
    public async Task Loops_Ended_StopToListen()
    {
        var loops = RealLoops.Start(1, backend);
        var listener = new TestListener(loops, static _ => new EchoActor());
        await listener.ListenAsync(new ListenOptions { Host = "127.0.0.1" });
        var endPoint = listener.EndPoints[0];
        loops.Dispose();
        Client.AssertRefused(endPoint);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => listener.ListenAsync(new ListenOptions { Host = "127.0.0.1" }));
    }

    [Fact]
    public async Task Accepted_Sockets_HaveTheOptionsThatWereAsked()
    {
        using var listening = Lori.Backends.ListeningSocket.Open(new IPEndPoint(IPAddress.Loopback, 0), new ListenOptions
        {
            Connection = new TcpConnectionOptions
            {
                KeepAliveTime = TimeSpan.FromSeconds(77),
                KeepAliveInterval = TimeSpan.FromSeconds(7),
                ReceiveBufferSize = 20_000,
                SendBufferSize = 30_000,
            },
        });
        listening.Blocking = true;
        using var client = Client.Connect(listening.LocalEndPoint!);
        using var accepted = await listening.AcceptAsync(TestContext.Current.CancellationToken);
        Assert.True(accepted.NoDelay);
        Assert.Equal(1, accepted.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        Assert.Equal(77, accepted.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        Assert.Equal(7, accepted.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval));
        // Linux says twice of what was asked (socket(7)); .NET halves it or does not.
        Assert.InRange(accepted.ReceiveBufferSize, 20_000, 40_000);
        Assert.InRange(accepted.SendBufferSize, 30_000, 60_000);
    }

    private static void SkipWithoutIPv6() =>
        Assert.SkipUnless(Socket.OSSupportsIPv6 && File.Exists("/proc/net/if_inet6"), "This machine has no IPv6.");

    private TestListener NewListener(Action<EchoActor>? actor = null) => new(_loops, _ =>
    {
        var made = new EchoActor();
        actor?.Invoke(made);
        return made;
    });

    private async Task<TestListener> ListenAsync(string host, int port = 0, Action<EchoActor>? actor = null)
    {
        var listener = NewListener(actor);
        await listener.ListenAsync(new ListenOptions { Host = host, Port = port });
        return listener;
    }
}
