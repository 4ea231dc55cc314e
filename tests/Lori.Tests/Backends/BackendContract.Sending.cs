// SPDX-License-Identifier: MIT
using Lori.Backends;

namespace Lori.Tests.Backends;

public abstract partial class BackendContract
{
    [Fact]
    public void Send_OneBlock_Arrives()
    {
        var c = Connect();
        var done = SendAll(c, Blocks([1, 2, 3]));
        Pump("sending", () => done() && c.Peer.Received.Length == 3);
        Assert.Equal([1, 2, 3], c.Peer.Received);
    }

    [Fact]
    public void Send_ManyBlocks_ArrivesInOrderHoweverShortTheWrites()
    {
        var c = Connect();
        var data = RandomBytes(2_000_000);
        var done = SendAll(c, Blocks(data));
        Pump("sending", () => done() && c.Peer.Received.Length == data.Length);
        Assert.Equal(data, c.Peer.Received);
    }

    [Fact]
    public void Send_PeerDoesNotRead_IsInFlightUntilItReads()
    {
        var c = Connect();
        var data = FillPeer(c, out var done);
        Turns(20);
        var completions = c.Events.Completions.Count;
        Turns(20);
        Assert.Equal(completions, c.Events.Completions.Count);
        Assert.False(done());
        c.Peer.ResumeReading();
        Pump("sending the rest", () => done() && c.Peer.Received.Length == data.Length);
        Assert.True(c.Events.Completions.Count > completions);
        Assert.Equal(data, c.Peer.Received);
    }

    [Fact]
    public void Send_WhileInFlight_ReceivesAllTheSame()
    {
        var c = Connect();
        FillPeer(c, out _);
        c.Peer.Send([5, 6]);
        Pump("receiving", () => c.Events.Received.Length == 2);
    }

    [Fact]
    public void Send_OfMoreSmallPartsThanAKernelTakesAtOnce_ArrivesInOrder()
    {
        var c = Connect();
        var data = RandomBytes(3000 * 20);
        // Two connections that send by turns leave such parts in the loop's shared blocks: none adjoins the next.
        var segments = new List<Segment>();
        for (var block = _blocks.Rent(); segments.Count < 3000; block = _blocks.Rent())
        {
            for (var offset = 0; offset + 20 <= Block.Size && segments.Count < 3000; offset += 40)
            {
                data.AsSpan(segments.Count * 20, 20).CopyTo(block.Array.AsSpan(offset));
                segments.Add(new Segment(block, offset, 20));
            }
        }

        var done = SendAll(c, segments);
        Pump("sending", () => done() && c.Peer.Received.Length == data.Length);
        Assert.Equal(data, c.Peer.Received);
        Assert.Empty(c.Events.Failures);
    }

    [Fact]
    public void SendUncopied_ToAPeerThatReads_ArrivesInOrderHoweverLittleIsTaken()
    {
        var c = Connect();
        var data = RandomBytes(2_000_000);
        var taken = 0;
        // Whatever is left each time: a head and what is behind it, both of them the caller's own.
        Pump("sending", () =>
        {
            var left = data.AsSpan(taken);
            var head = Math.Min(10, left.Length);
            taken += c.Transport.SendUncopied(left[..head], left[head..]);
            return taken == (SendsUncopied ? data.Length : 0);
        });
        Pump("receiving", () => c.Peer.Received.Length == taken);
        Assert.Equal(data[..taken], c.Peer.Received);
        Assert.Empty(c.Events.Completions);
    }

    [Fact]
    public void SendUncopied_WhileASendIsInFlight_TakesNothing()
    {
        var c = Connect();
        var data = FillPeer(c, out var done);
        Assert.Equal(0, c.Transport.SendUncopied(default, new byte[] { 1, 2, 3 }));
        c.Peer.ResumeReading();
        Pump("sending the rest", () => done() && c.Peer.Received.Length == data.Length);
        Assert.Equal(data, c.Peer.Received);
    }

    [Fact]
    public void SendUncopied_Closed_TakesNothing()
    {
        var c = Connect();
        c.Close();
        Assert.Equal(0, c.Transport.SendUncopied(default, new byte[] { 1, 2, 3 }));
        Pump("closing", () => c.Events.Closes == 1);
        Assert.Equal(0, c.Transport.SendUncopied(default, new byte[] { 1, 2, 3 }));
    }

    [Fact]
    public void Send_AfterPeersEnd_StillArrives()
    {
        var c = Connect();
        c.Peer.ShutdownSend();
        Pump("waiting for the end", () => c.Events.Ends == 1);
        var data = RandomBytes(100_000);
        var done = SendAll(c, Blocks(data));
        Pump("sending", () => done() && c.Peer.Received.Length == data.Length);
        Assert.Equal(data, c.Peer.Received);
    }

    [Fact]
    public void Send_PeerResets_FailsAndCompletesNoMore()
    {
        var c = Connect();
        FillPeer(c, out var done);
        c.Peer.Reset();
        Pump("waiting for the failure", () => c.Events.Failures.Count > 0);
        Assert.False(done());
        var completions = c.Events.Completions.Count;
        c.Close();
        Pump("closing", () => c.Events.Closes == 1);
        Assert.Equal(completions, c.Events.Completions.Count);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(10_000, false)] // more than one read takes
    [InlineData(10_000, true)]
    public void Send_MeetsTheResetFirst_FailsOnceAndTellsNoEnd(int waiting, bool uncopied)
    {
        var c = Connect();
        var data = Blocks([1]);
        c.Events.WhenReceived = _ =>
        {
            c.Events.WhenReceived = null;
            c.Peer.Reset();
            if (uncopied) c.SendUncopied(RandomBytes(20 * 1024));
            else c.Send([.. data]);
        };
        c.Peer.Send(RandomBytes(waiting));
        Pump("waiting for the reset", () => c.Events.Failures.Count + c.Events.Ends > 0);
        Turns(5);
        // A stream of which nothing is known may end in its own way.
        if (CanReset) Assert.Equal((1, 0), (c.Events.Failures.Count, c.Events.Ends));
    }

    [Fact]
    public void Send_PeerIsGone_FailsInTheEnd()
    {
        var c = Connect(receive: false);
        c.Peer.Close();
        Turns(3);
        // The first may be taken; the answer to it is a reset.
        var done = SendAll(c, Blocks(RandomBytes(100_000)));
        Pump("waiting for the failure", () =>
        {
            if (!TellsResetWhileStopped && done()) done = SendAll(c, Blocks([1]));
            return c.Events.Failures.Count > 0;
        });
    }

    [Fact]
    public void ShutdownSend_AfterBytes_EndsThePeersReadingOnly()
    {
        var c = Connect();
        var done = SendAll(c, Blocks([7]));
        Pump("sending", done);
        c.ShutdownSend();
        if (c.Transport.CanShutdownSend) Pump("waiting for the end at the peer", () => c.Peer.IsEndOfStream);
        else Turns(20);
        Assert.Equal(c.Transport.CanShutdownSend, c.Peer.IsEndOfStream);
        Assert.Equal([7], c.Peer.Received);
        c.Peer.Send([8]);
        Pump("receiving after the half-close", () => c.Events.Received.Length == 1);
    }

    /// <summary>Sends to a peer that does not read until a send stays in flight.</summary>
    private byte[] FillPeer(ContractConnection c, out Func<bool> done)
    {
        c.Peer.StopReading();
        // More than the kernel's largest socket buffers at both ends together.
        var data = RandomBytes(16 * 1024 * 1024);
        done = SendAll(c, Blocks(data));
        Turns(300);
        Assert.False(done(), "the peer's buffers took everything");
        return data;
    }
}
