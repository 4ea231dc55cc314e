// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Tests.Backends.Streams;

/// <summary>What an echo over a stream or a pipe allocates in the loop's turns; on a loop with a thread, so that they can be told apart.</summary>
public sealed class StreamAllocationTests
{
    private const int Messages = 500;

    [Fact]
    public async Task Echo_OverANetworkStream_AllocatesNothing()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = new NetworkStream(Client.Connect(listener.LocalEndPoint!), ownsSocket: true);
        var server = new NetworkStream(listener.Accept(), ownsSocket: true);
        await AssertAllocatesNothingAsync((actor, loop) => actor.Adopt(loop, server), client, client);
    }

    [Fact]
    public async Task Echo_OverAPipe_AllocatesNothing()
    {
        var (ours, theirs) = DuplexPipe.CreatePair();
        await AssertAllocatesNothingAsync((actor, loop) => actor.Adopt(loop, ours), theirs.Input.AsStream(), theirs.Output.AsStream());
        await theirs.Output.CompleteAsync();
    }

    private static async Task AssertAllocatesNothingAsync(Action<Counting, EventLoop> adopt, Stream input, Stream output)
    {
        var actor = new Counting();
        using var loops = new EventLoopGroup(1);
        adopt(actor, loops.Loops[0]);
        var message = new byte[20];
        var allocated = long.MaxValue;
        for (var round = 0; round < 20 && allocated > 0; round++)
        {
            // The least of some rounds: the runtime itself may allocate now and then (a method is compiled again).
            actor.First = actor.Last = 0;
            for (var i = 0; i < Messages; i++)
            {
                await output.WriteAsync(message, TestContext.Current.CancellationToken);
                await input.ReadExactlyAsync(message, TestContext.Current.CancellationToken)
                    .AsTask().WaitAsync(Client.Deadline, TestContext.Current.CancellationToken);
            }

            allocated = Math.Min(allocated, actor.Last - actor.First);
        }

        Assert.Equal(0, allocated);
    }

    /// <summary>Echoes, and notes what the loop's thread has allocated, at the first and at the last bytes of a round.</summary>
    private sealed class Counting : TcpConnectionActor
    {
        public long First { get; set; }

        public long Last { get; set; }

        protected override void OnReceived(Span<byte> data)
        {
            var now = GC.GetAllocatedBytesForCurrentThread();
            if (First == 0) First = now;
            Last = now;
            Connection.Send(data);
        }
    }
}
