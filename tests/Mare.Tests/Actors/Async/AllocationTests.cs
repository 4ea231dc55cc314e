// SPDX-License-Identifier: MIT
namespace Mare.Tests.Actors.Async;

/// <summary>A message whose callback ends at once allocates nothing; one whose callback awaits leaves nothing behind.</summary>
public sealed class AllocationTests
{
    private const int Messages = 500;

    [Fact]
    public void Messages_WhoseCallbacksEndAtOnce_AllocateNothing()
    {
        var actor = new Counting();
        using var server = new MemoryServer(factory: _ => actor);
        var client = server.Open();
        byte[] messages = [.. Enumerable.Range(0, Messages).SelectMany(static _ => ClientFrames.Binary(new byte[100]))];
        var allocated = long.MaxValue;
        for (var round = 0; round < 20 && allocated > 0; round++)
        {
            // The least of some rounds: the runtime itself may allocate now and then (a method is compiled again).
            actor.First = actor.Last = 0;
            client.Send(messages);
            allocated = Math.Min(allocated, actor.Last - actor.First);
        }

        Assert.Equal(0, allocated);
        Assert.Equal(0, actor.Seen % Messages);
    }

    [Fact]
    public void Messages_WhoseCallbacksAwait_LeaveNoBufferBehind()
    {
        using var server = new AsyncServer(AsyncProbe.In("OnBinaryMessage", static async _ => await Task.Yield()));
        var client = server.Open();
        var message = ClientFrames.Binary(new byte[100]);
        for (var i = 0; i < 100; i++)
        {
            client.Send(message);
            Assert.Equal(0, server.Buffers);
        }

        Assert.Equal(100, server.Actor.CountOf("OnBinaryMessage"));
    }

    /// <summary>Notes what the thread has allocated, at the first and at the last message of a round.</summary>
    private sealed class Counting : AsyncWebSocketServerActor
    {
        public long First { get; set; }

        public long Last { get; set; }

        public int Seen { get; private set; }

        protected override ValueTask OnBinaryMessageAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            Seen++;
            var now = GC.GetAllocatedBytesForCurrentThread();
            if (First == 0) First = now;
            Last = now;
            return ValueTask.CompletedTask;
        }
    }
}
