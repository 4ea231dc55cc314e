// SPDX-License-Identifier: MIT
using System.IO.Pipelines;
using System.Net.Sockets;
using Lori.Tests.Backends.Streams;
using Mare.Testing;

namespace Lori.Tests.Backends;

/// <summary>Peers as streams, loops that run by themselves over an in-memory network, and streams on loops that a test drives.</summary>
public sealed class InMemoryStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_OnLoopsThatRun_EchoesAndEnds()
    {
        var network = new InMemoryNetwork();
        using var loops = network.StartLoops(2);
        var actor = new EchoActor();
        await using var stream = await ConnectAsync(network, loops, actor);
        var data = new byte[500_000];
        new Random(1).NextBytes(data);
        await stream.WriteAsync(data, Token);
        var received = new byte[data.Length];
        await stream.ReadExactlyAsync(received, Token).AsTask().WaitAsync(Client.Deadline, Token);
        Assert.Equal(data, received);
        Assert.False(stream.DataAvailable);
        stream.ShutdownSend();
        Assert.Equal(0, await stream.ReadAsync(received, Token).AsTask().WaitAsync(Client.Deadline, Token));
        Assert.Equal(CloseCause.ClosedByPeer, await actor.Closed.WaitAsync(Client.Deadline, Token));
        Assert.Throws<InvalidOperationException>(() => stream.Write([1]));
    }

    [Fact]
    public async Task Stream_WhenEitherEndResets_Fails()
    {
        var network = new InMemoryNetwork();
        using var loops = network.StartLoops(1);
        var first = new EchoActor();
        await using var aborted = await ConnectAsync(network, loops, first);
        var read = aborted.ReadAsync(new byte[1], Token).AsTask();
        await first.Started.WaitAsync(Client.Deadline, Token);
        first.Connection.Abort();
        var e = await Assert.ThrowsAsync<IOException>(() => read.WaitAsync(Client.Deadline, Token));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(e.InnerException).SocketErrorCode);

        var second = new EchoActor();
        await using var reset = await ConnectAsync(network, loops, second);
        await second.Started.WaitAsync(Client.Deadline, Token);
        reset.Reset();
        Assert.Equal(CloseCause.Broken, await second.Closed.WaitAsync(Client.Deadline, Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reset.ReadAsync(new byte[1], Token).AsTask());
    }

    [Fact]
    public async Task Stream_ReadThatWaits_IsCancelledOrEndedByItsDisposal()
    {
        var network = new InMemoryNetwork();
        using var loops = network.StartLoops(1);
        var stream = await ConnectAsync(network, loops, new EchoActor());
        using var cancellation = new CancellationTokenSource();
        var read = stream.ReadAsync(new byte[1], cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.WaitAsync(Client.Deadline, Token));
        read = stream.ReadAsync(new byte[1], Token).AsTask();
        await stream.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => read.WaitAsync(Client.Deadline, Token));
    }

    [Fact]
    public void Pipe_WithInlineSchedulersOnManualLoops_NeedsNoOtherThread()
    {
        using var loops = new ManualLoops(new InMemoryNetwork());
        var options = new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);
        var (ours, theirs) = DuplexPipe.CreatePair(options);
        var actor = new RecordingActor { WhenReceived = static (a, data) => a.Connection.Send(data) };
        actor.Adopt(loops.Group.Loops[0], ours);
        loops.RunUntilIdle();
        for (var i = 0; i < 3; i++)
        {
            Assert.True(theirs.Output.WriteAsync(new byte[] { 1, 2, 3 }, Token).AsTask().IsCompleted);
            loops.RunUntilIdle();
            Assert.True(theirs.Input.TryRead(out var result));
            Assert.Equal(3, result.Buffer.Length);
            theirs.Input.AdvanceTo(result.Buffer.End);
        }

        theirs.Output.Complete();
        loops.RunUntilIdle();
        Assert.Equal(["OnStarted", "OnReceived", "OnPeerClosed", "OnClosed"], actor.Calls);
        loops.ThrowIfAnythingIsHeld();
    }

    private static async Task<InMemoryStream> ConnectAsync(InMemoryNetwork network, EventLoopGroup loops, EchoActor actor)
    {
        var listener = new TestListener(loops, _ => actor);
        await listener.ListenAsync(new ListenOptions { Host = "127.0.0.1" }).WaitAsync(Client.Deadline, Token);
        return network.ConnectStream(listener.EndPoints[0]);
    }
}
