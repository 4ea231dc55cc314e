// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Lori.Tests.Backends.Streams;

namespace Lori.Tests.Connections;

/// <summary>Connections over streams and pipes, on the thread pool and beside the kernel's on loops with threads.</summary>
public abstract class StreamConnectionTests(EventLoopGroup loops) : IAsyncLifetime
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        await HeldOn.AssertNothingAsync(loops);
        loops.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Pipe_Bytes_ComeBackAndEndsGoBothWays()
    {
        var (actor, peer) = OverPipe();
        await EchoAsync(peer.Input.AsStream(), peer.Output.AsStream(), 300_000);
        await peer.Output.CompleteAsync();
        await ReadToEndAsync(peer.Input.AsStream());
        Assert.Equal(CloseCause.ClosedByPeer, await EndOfAsync(actor));
    }

    [Fact]
    public async Task NetworkStream_Bytes_ComeBackAndEndsGoBothWays()
    {
        var (actor, client) = OverSocket(static s => s);
        using var stream = new NetworkStream(client, ownsSocket: true);
        Assert.Equal((client.LocalEndPoint, client.RemoteEndPoint), await actor.Started.WaitAsync(Client.Deadline, Token));
        await EchoAsync(stream, stream, 3_000_000);
        client.Shutdown(SocketShutdown.Send);
        await ReadToEndAsync(stream);
        Assert.Equal(CloseCause.ClosedByPeer, await EndOfAsync(actor));
    }

    [Fact]
    public async Task PlainStream_Bytes_ComeBackAndTheEndCloses()
    {
        var (actor, client) = OverSocket(static s => new PlainStream(s));
        using var stream = new NetworkStream(client, ownsSocket: true);
        await EchoAsync(stream, stream, 3_000_000);
        client.Shutdown(SocketShutdown.Send);
        await ReadToEndAsync(stream);
        Assert.Equal(CloseCause.ClosedByPeer, await EndOfAsync(actor));
    }

    [Fact]
    public async Task SslStream_Bytes_ComeBackAndEndsGoBothWays()
    {
        var (server, client) = await TlsPairAsync();
        var actor = new EchoActor();
        actor.Adopt(loops.Next(), server);
        await EchoAsync(client, client, 1_000_000);
        // The server closes: its end (close_notify) comes while it still reads.
        actor.Post(static a => a.Connection.Close());
        await ReadToEndAsync(client);
        await client.WriteAsync(new byte[100], Token);
        await client.ShutdownAsync().WaitAsync(Client.Deadline, Token);
        await client.DisposeAsync();
        Assert.Equal(CloseCause.ClosedLocally, await EndOfAsync(actor));
    }

    [Fact]
    public async Task Close_OverAPlainStream_SendsEverythingAndDoesNotWaitForThePeer()
    {
        var (actor, client) = OverSocket(static s => new PlainStream(s), new TcpConnectionOptions { LingerTimeout = TimeSpan.FromDays(1) });
        using var stream = new NetworkStream(client, ownsSocket: true);
        actor.Post(static a =>
        {
            a.Connection.Send(new byte[500_000]);
            a.Connection.Close();
        });
        Assert.Equal(500_000, (await ReadToEndAsync(stream)).Length);
        Assert.Equal(CloseCause.ClosedLocally, await EndOfAsync(actor));
    }

    [Fact]
    public async Task Idle_OverEachKindOfStream_HoldsNoBufferWhereTheStreamAllowsIt()
    {
        var (overPipe, pipe) = OverPipe();
        var (overNetwork, first) = OverSocket(static s => s);
        var (overPlain, second) = OverSocket(static s => new PlainStream(s));
        using (first)
        using (second)
        {
            await EchoAsync(pipe.Input.AsStream(), pipe.Output.AsStream(), 1000);
            foreach (var socket in new[] { first, second })
            {
                // A few rounds, for a stream to show how it waits.
                using var stream = new NetworkStream(socket, ownsSocket: false);
                for (var i = 0; i < 5; i++) await EchoAsync(stream, stream, 1000);
            }

            await HeldOn.WaitForAsync("1 connections, 0 buffers, 0 blocks", overPipe.Loop);
            await HeldOn.WaitForAsync("1 connections, 0 buffers, 0 blocks", overNetwork.Loop);
            await HeldOn.WaitForAsync("1 connections, 1 buffers, 0 blocks", overPlain.Loop);
        }

        await pipe.Output.CompleteAsync();
        await Task.WhenAll(EndOfAsync(overPipe), EndOfAsync(overNetwork), EndOfAsync(overPlain));
    }

    [Fact]
    public async Task Abort_OverANetworkStream_ResetsThePeer()
    {
        var (actor, client) = OverSocket(static s => s);
        using var stream = new NetworkStream(client, ownsSocket: true);
        actor.Connection.Abort();
        var e = await Assert.ThrowsAsync<IOException>(() => ReadToEndAsync(stream));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(e.InnerException).SocketErrorCode);
        Assert.Equal(CloseCause.Aborted, await EndOfAsync(actor));
    }

    [Fact]
    public async Task Abort_OverAPipe_BreaksBothDirections()
    {
        var (actor, peer) = OverPipe();
        actor.Connection.Abort();
        await Assert.ThrowsAsync<IOException>(() => ReadToEndAsync(peer.Input.AsStream()));
        Assert.Equal(CloseCause.Aborted, await EndOfAsync(actor));
        await Assert.ThrowsAsync<IOException>(async () => await peer.Output.FlushAsync(Token));
    }

    [Fact]
    public async Task Peer_GoneFromAPipe_IsAReset()
    {
        var (actor, peer) = OverPipe();
        await peer.Input.CompleteAsync();
        actor.Connection.Send([1]);
        Assert.Equal(CloseCause.Broken, await EndOfAsync(actor));
    }

    [Theory]
    [InlineData(Fault.ReadThrows)]
    [InlineData(Fault.ReadFails)]
    [InlineData(Fault.WriteThrows)]
    [InlineData(Fault.WriteFails)]
    [InlineData(Fault.FlushFails)]
    [InlineData(Fault.FlushFails | Fault.DisposeThrows)]
    [InlineData(Fault.DisposedDuringWrite)]
    public async Task Stream_ThatFails_BreaksItsConnectionOnly(Fault fault)
    {
        var other = OverPipe();
        var stream = new FaultyStream(fault);
        var actor = new EchoActor { WhenStarted = static a => a.Connection.Send(new byte[10]) };
        actor.Adopt(loops.Next(), stream);
        if (fault == Fault.DisposedDuringWrite)
        {
            await stream.Written.WaitAsync(Client.Deadline, Token);
            await stream.DisposeAsync();
        }

        Assert.Equal(CloseCause.Broken, await EndOfAsync(actor));
        await EchoAsync(other.Peer.Input.AsStream(), other.Peer.Output.AsStream(), 100);
        await other.Peer.Output.CompleteAsync();
        await EndOfAsync(other.Actor);
    }

    [Fact]
    public async Task Abort_WhileAWriteIsStuckUntilItIsDisposedOf_Ends()
    {
        var stream = new FaultyStream(Fault.DisposedDuringWrite);
        var actor = new EchoActor { WhenStarted = static a => a.Connection.Send(new byte[10]) };
        actor.Adopt(loops.Next(), stream);
        await stream.Written.WaitAsync(Client.Deadline, Token);
        actor.Connection.Abort();
        Assert.Equal(CloseCause.Aborted, await EndOfAsync(actor));
        Assert.Equal(10, actor.Connection.UnsentBytes);
    }

    [Fact]
    public async Task Send_FromACallbackThatIsWrittenAtOnce_KeepsTheActorsContextFromTheStream()
    {
        var stream = new FaultyStream(Fault.None);
        // Past the high water mark it is written inside the callback.
        var actor = new EchoActor { WhenStarted = static a => a.Connection.Send(new byte[200_000]) };
        actor.Adopt(loops.Next(), stream);
        Assert.Null(await stream.Written.WaitAsync(Client.Deadline, Token));
        actor.Connection.Abort();
        await EndOfAsync(actor);
    }

    [Fact]
    public void Adopt_AStreamThatCannotBeWritten_Throws()
    {
        using var stream = new MemoryStream([1], writable: false);
        Assert.Throws<ArgumentException>(() => new EchoActor().Adopt(loops.Next(), stream));
        Assert.True(stream.CanRead);
    }

    private (EchoActor Actor, DuplexPipe Peer) OverPipe()
    {
        var (ours, theirs) = DuplexPipe.CreatePair();
        var actor = new EchoActor();
        actor.Adopt(loops.Next(), ours);
        Assert.True(actor.Started.Wait(Client.Deadline, Token), "the connection has not started");
        return (actor, theirs);
    }

    private (EchoActor Actor, Socket Client) OverSocket(Func<NetworkStream, Stream> wrap, TcpConnectionOptions? options = null)
    {
        var (client, server) = SocketPair();
        var actor = new EchoActor();
        actor.Adopt(loops.Next(), wrap(new NetworkStream(server, ownsSocket: true)), options);
        Assert.True(actor.Started.Wait(Client.Deadline, Token), "the connection has not started");
        return (actor, client);
    }

    private static (Socket Client, Socket Server) SocketPair()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = Client.Connect(listener.LocalEndPoint!);
        return (client, listener.Accept());
    }

    private static async Task<(SslStream Server, SslStream Client)> TlsPairAsync()
    {
        var (client, server) = SocketPair();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var ends = (
            Server: new SslStream(new NetworkStream(server, ownsSocket: true)),
            Client: new SslStream(
                new NetworkStream(client, ownsSocket: true),
                leaveInnerStreamOpen: false,
                (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString()));
        await Task.WhenAll(
            ends.Server.AuthenticateAsServerAsync(certificate),
            ends.Client.AuthenticateAsClientAsync("localhost")).WaitAsync(Client.Deadline, Token);
        return ends;
    }

    private static async Task EchoAsync(Stream input, Stream output, int length)
    {
        var data = new byte[length];
        new Random(length).NextBytes(data);
        var sending = output.WriteAsync(data, Token).AsTask();
        var received = new byte[length];
        await input.ReadExactlyAsync(received, Token).AsTask().WaitAsync(Client.Deadline, Token);
        await sending.WaitAsync(Client.Deadline, Token);
        Assert.Equal(data, received);
    }

    private static async Task<byte[]> ReadToEndAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Token).WaitAsync(Client.Deadline, Token);
        return all.ToArray();
    }

    private static Task<CloseCause> EndOfAsync(EchoActor actor) => actor.Closed.WaitAsync(Client.Deadline, Token);
}

/// <summary>On the thread pool.</summary>
public sealed class StrandStreamConnectionTests() : StreamConnectionTests(EventLoopGroup.OnThreadPool(3));

/// <summary>On loops with threads, whose backend knows nothing of streams.</summary>
public sealed class ThreadStreamConnectionTests() : StreamConnectionTests(new EventLoopGroup(3));
