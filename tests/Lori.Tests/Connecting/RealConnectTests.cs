// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Tests.Connecting;

/// <summary>What only the kernel can show of connecting: names, both versions, Unix domain sockets, socket options. On each backend.</summary>
public abstract class RealConnectTests(BackendKind backend) : IDisposable
{
    private readonly EventLoopGroup _loops = RealLoops.Start(2, backend);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lori-");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _loops.Dispose();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task Connect_ToAnEcho_GetsItsBytesBack(string host)
    {
        var port = await ListenAsync(host);
        await AssertEchoesAsync(new ConnectOptions { Host = host, Port = port });
    }

    [Fact]
    public async Task Connect_OverIPv6_GetsItsBytesBack()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6 && File.Exists("/proc/net/if_inet6"), "This machine has no IPv6.");
        var port = await ListenAsync("::1");
        var client = await AssertEchoesAsync(new ConnectOptions { Host = "::1", Port = port, IPVersion = IPVersion.IPv6 });
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, port), (await client.Started).Remote);
    }

    [Fact]
    public async Task Connect_ToAUnixSocket_GetsItsBytesBack()
    {
        var path = Path.Combine(_folder.FullName, "s");
        var listener = new TestListener(_loops, static _ => new EchoActor());
        await listener.ListenAsync(new ListenOptions { UnixSocketPath = path });
        await AssertEchoesAsync(new ConnectOptions { UnixSocketPath = path });
    }

    [Fact]
    public async Task Connect_ToAUnixSocketThatIsNotThere_IsRefused()
    {
        var path = Path.Combine(_folder.FullName, "none");
        var error = await FailAsync(new ConnectOptions { UnixSocketPath = path });
        Assert.Equal((ConnectFailure.Refused, $"Cannot connect to {path}: there is no such socket."), (error.Reason, error.Message));
    }

    [Fact]
    public async Task Connect_ToAUnixSocketWhoseServerIsGone_IsRefused()
    {
        var path = Path.Combine(_folder.FullName, "s");
        using (var gone = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // .NET would remove the file with the socket.
            gone.Bind(new UnixDomainSocketEndPoint(path + "1"));
            File.Move(path + "1", path);
        }

        var error = await FailAsync(new ConnectOptions { UnixSocketPath = path });
        Assert.Equal((ConnectFailure.Refused, $"Cannot connect to {path}: nobody listens there."), (error.Reason, error.Message));
    }

    [Fact]
    public async Task Connect_ToAUnixSocketWhoseBacklogIsFull_IsRefusedAndDoesNotWait()
    {
        var path = Path.Combine(_folder.FullName, "s");
        using var busy = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        busy.Bind(new UnixDomainSocketEndPoint(path));
        busy.Listen(0);
        ConnectException? error = null;
        for (var i = 0; error is null; i++)
        {
            Assert.InRange(i, 0, 10);
            try
            {
                await ConnectAsync(new EchoActor(), new ConnectOptions { UnixSocketPath = path });
            }
            catch (ConnectException e)
            {
                error = e;
            }
        }

        Assert.Equal((ConnectFailure.Refused, SocketError.WouldBlock), (error.Reason, error.SocketErrorCode));
    }

    [Fact]
    public async Task Connect_NobodyListens_IsRefused()
    {
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)nobody.LocalEndPoint!).Port;
        var error = await FailAsync(new ConnectOptions { Host = "127.0.0.1", Port = port });
        Assert.Equal((ConnectFailure.Refused, $"Cannot connect to 127.0.0.1:{port}: nobody listens there."), (error.Reason, error.Message));
    }

    [Fact]
    public async Task Connect_ToANameThatNobodyHas_HasNoAddress()
    {
        // RFC 6761: .invalid never resolves.
        var error = await FailAsync(new ConnectOptions { Host = "no-such-host.invalid", Port = 1, Timeout = TimeSpan.FromMinutes(1) });
        Assert.Equal(ConnectFailure.NoAddress, error.Reason);
    }

    [Fact]
    public async Task Connect_ToALoopThatEnds_AllAreTold()
    {
        // A listener whose backlog is full answers no more: these attempts are under way.
        using var busy = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        busy.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        busy.Listen(0);
        var options = new ConnectOptions { Host = "127.0.0.1", Port = ((IPEndPoint)busy.LocalEndPoint!).Port, Timeout = Timeout.InfiniteTimeSpan };
        var loops = RealLoops.Start(1, backend);
        var attempts = Enumerable.Range(0, 20).Select(_ => new EchoActor().ConnectAsync(loops.Loops[0], options, Cancelled)).ToList();
        loops.Dispose();
        foreach (var attempt in attempts)
        {
            try
            {
                await attempt.WaitAsync(Client.Deadline, Cancelled);
            }
            catch (ConnectException e)
            {
                Assert.Equal(ConnectFailure.LoopEnded, e.Reason);
            }
        }

        Assert.Contains(attempts, static a => a.IsFaulted);
    }

    [Fact]
    public async Task Connect_ManyAtOnce_AllArriveAndNoneStaysCounted()
    {
        const int Count = 200;
        var port = await ListenAsync("127.0.0.1");
        var clients = Enumerable.Range(0, Count).Select(static _ => new EchoActor()).ToList();
        await Task.WhenAll(clients.Select(c => ConnectAsync(c, new ConnectOptions { Host = "127.0.0.1", Port = port })));
        Assert.InRange(_loops.Loops.Sum(static l => l.ConnectionCount), Count, 2 * Count);
        foreach (var client in clients) client.Connection.Close();
        foreach (var client in clients) await client.Closed.WaitAsync(Client.Deadline, Cancelled);
        Assert.True(
            SpinWait.SpinUntil(() => _loops.Loops.All(static l => l.ConnectionCount == 0), Client.Deadline),
            $"{_loops.Loops.Sum(static l => l.ConnectionCount)} connections are counted after their end");
    }

    [Fact]
    public void ConnectingSocket_HasTheOptionsThatWereAsked()
    {
        using var socket = Lori.Backends.ConnectionSocket.Open(new IPEndPoint(IPAddress.Loopback, 1), new TcpConnectionOptions
        {
            NoDelay = false,
            KeepAliveTime = TimeSpan.FromSeconds(77),
            KeepAliveInterval = TimeSpan.FromSeconds(7),
            ReceiveBufferSize = 20_000,
            SendBufferSize = 30_000,
        });
        Assert.False(socket.NoDelay);
        Assert.Equal(77, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        Assert.Equal(7, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval));
        // Linux says twice of what was asked (socket(7)); .NET halves it or does not.
        Assert.InRange(socket.ReceiveBufferSize, 20_000, 40_000);
        Assert.InRange(socket.SendBufferSize, 30_000, 60_000);
    }

    private async Task<int> ListenAsync(string host)
    {
        var listener = new TestListener(_loops, static _ => new EchoActor());
        await listener.ListenAsync(new ListenOptions { Host = host });
        return ((IPEndPoint)listener.EndPoints[0]).Port;
    }

    private Task ConnectAsync(TcpConnectionActor actor, ConnectOptions options) =>
        actor.ConnectAsync(_loops.Next(), options, Cancelled).WaitAsync(Client.Deadline, Cancelled);

    private async Task<ConnectException> FailAsync(ConnectOptions options) =>
        await Assert.ThrowsAsync<ConnectException>(() => ConnectAsync(new EchoActor(), options));

    private async Task<EchoActor> AssertEchoesAsync(ConnectOptions options)
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var client = new EchoActor
        {
            WhenStarted = static me => me.Connection.Send([1, 2, 3]),
            WhenReceived = _ => answer.TrySetResult(),
        };
        await ConnectAsync(client, options);
        await answer.Task.WaitAsync(Client.Deadline, Cancelled);
        client.Connection.Close();
        Assert.Equal(CloseCause.ClosedLocally, await client.Closed.WaitAsync(Client.Deadline, Cancelled));
        return client;
    }
}
