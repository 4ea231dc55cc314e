// SPDX-License-Identifier: MIT
using System.Net;

namespace Lori.Tests.Backends;

/// <summary>What an echo allocates on the loop's thread. (On sockets .NET allocates on the pool's, too: docs/architecture.md.)</summary>
public sealed class AllocationTests
{
    private const int Messages = 500;

    [Theory]
    [InlineData(BackendKind.Epoll, 1)]
    [InlineData(BackendKind.Sockets, 1)]
    [InlineData(BackendKind.Sockets, 100_000)] // of more than a block
    [InlineData(BackendKind.IoUring, 1)]
    [InlineData(BackendKind.IoUring, 100_000)]
    public async Task Echo_OneByOne_AllocatesNothing(BackendKind backend, int length)
    {
        var actor = new Counting();
        using var loops = RealLoops.Start(1, backend);
        var listener = new TestListener(loops, _ => actor);
        await listener.ListenAsync(new ListenOptions { Host = "127.0.0.1" });
        using var client = Client.Connect((IPEndPoint)listener.EndPoints[0]);
        var message = new byte[length];
        var allocated = long.MaxValue;
        for (var round = 0; round < 20 && allocated > 0; round++)
        {
            // The least of some rounds: the runtime itself may allocate now and then (a method is compiled again).
            actor.First = actor.Last = 0;
            for (var i = 0; i < Messages; i++)
            {
                client.Send(message);
                for (var left = length; left > 0;)
                {
                    var received = client.Receive(message.AsSpan(0, left));
                    Assert.True(received > 0, "the connection has ended");
                    left -= received;
                }
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
