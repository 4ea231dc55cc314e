// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Lori.Tests.Connections;

/// <summary>BufferUntil: pieces of the size that the actor asks for.</summary>
public sealed class BufferingTests
{
    [Fact]
    public void BufferUntil_AByteAtATime_DeliversWhenThePieceIsWhole()
    {
        var pieces = new Pieces();
        using var server = new MemoryServer(a => pieces.Take(a, 3));
        var peer = server.Connect();
        for (var i = 0; i < 7; i++)
        {
            peer.Send([(byte)i]);
            server.Loops.RunUntilIdle();
            Assert.Equal((i + 1) / 3, pieces.Count);
            Assert.Equal((i + 1) % 3, server.Actor.Connection.BufferedBytes);
        }

        Assert.Equal([[0, 1, 2], [3, 4, 5]], pieces.All);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(70_000)]
    public void BufferUntil_OnAHostileNetwork_DeliversEachPieceWhole(int size)
    {
        var sent = Bytes(size * 3 + size / 2);
        for (var seed = 0; seed < 5; seed++)
        {
            var pieces = new Pieces();
            using var server = new MemoryServer(a => pieces.Take(a, size), network: InMemoryNetworkOptions.Hostile(seed));
            server.Connect().Send(sent);
            server.Loops.RunUntilIdle();
            Assert.Equal([size, size, size], pieces.All.Select(static p => p.Length));
            Assert.Equal(sent[..(3 * size)], pieces.All.SelectMany(static p => p));
            Assert.Equal(size / 2, server.Actor.Connection.BufferedBytes);
        }
    }

    [Fact]
    public void BufferUntil_ChangedInOnReceived_AppliesToTheNextByte()
    {
        // Each piece says how long the next one is; zero: whatever comes.
        byte[] sent = [2, 9, 3, 1, 1, 4, 0, 0, 0, 1, 5, 1, 2, 3, 4, 0, 77, 78];
        for (var seed = 0; seed < 40; seed++)
        {
            var pieces = new Pieces();
            using var server = new MemoryServer(
                a =>
                {
                    pieces.Take(a, 1);
                    a.WhenReceived += (a, data) =>
                    {
                        if (pieces.Count <= 6) a.Connection.BufferUntil(data[^1] == 0 ? null : data[^1]);
                    };
                },
                network: seed == 0 ? null : new InMemoryNetworkOptions { Seed = seed, MaxDeliverySize = 1 + (seed % 9) });
            var peer = server.Connect();
            peer.Send(sent.AsSpan(0, sent.Length - 2));
            server.Loops.RunUntilIdle();
            Assert.Equal([[2], [9, 3], [1, 1, 4], [0, 0, 0, 1], [5], [1, 2, 3, 4, 0]], pieces.All);
            peer.Send(sent.AsSpan(sent.Length - 2));
            server.Loops.RunUntilIdle();
            Assert.Equal(sent, server.Actor.Received);
            Assert.Equal(0, server.Loops.Usage[0].RentedBuffers);
        }
    }

    [Fact]
    public void BufferUntil_PiecesWithinWhatArrived_AreNotCopied()
    {
        var pieces = new Pieces();
        using var server = new MemoryServer(a =>
        {
            pieces.Take(a, 10);
            // Nothing is rented: the piece stands in the loop's receive buffer.
            a.WhenReceived += static (a, _) => Assert.Equal(0, a.Loop.Buffers.Rented);
        });
        var peer = server.Connect();
        peer.Send(Bytes(1000));
        server.Loops.RunUntilIdle();
        Assert.Equal(100, pieces.Count);
    }

    [Fact]
    public void BufferUntil_OnePieceAcrossTwoArrivals_CopiesThatOneOnly()
    {
        var pieces = new Pieces();
        var rented = new List<int>();
        using var server = new MemoryServer(a =>
        {
            pieces.Take(a, 10);
            a.WhenReceived += (a, _) => rented.Add(a.Loop.Buffers.Rented);
        });
        var peer = server.Connect();
        var sent = Bytes(50);
        peer.Send(sent.AsSpan(0, 25));
        server.Loops.RunUntilIdle();
        peer.Send(sent.AsSpan(25));
        server.Loops.RunUntilIdle();
        Assert.Equal([0, 0, 1, 0, 0], rented);
        Assert.Equal(sent, server.Actor.Received);
        Assert.Equal(0, server.Loops.Usage[0].RentedBuffers);
    }

    [Fact]
    public void BufferUntil_PausedInEveryPiece_KeepsOrderAndTheEnd()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var sizes = new Random(seed);
            var pieces = new Pieces();
            int? asked = 5;
            using var server = new MemoryServer(
                a =>
                {
                    pieces.Take(a, 5);
                    a.WhenReceived += (a, data) =>
                    {
                        Assert.True(asked is null || asked == data.Length, $"{data.Length} bytes came, {asked} were asked for (seed {seed})");
                        asked = sizes.Next(4) == 0 ? null : sizes.Next(1, 60);
                        a.Connection.PauseReading();
                        a.Connection.BufferUntil(asked);
                        a.StartTimer(TimeSpan.FromMilliseconds(1), static a => a.Connection.ResumeReading());
                    };
                },
                network: seed % 3 == 0 ? null : InMemoryNetworkOptions.Hostile(seed));
            var peer = server.Connect();
            var sent = Bytes(2000);
            peer.Send(sent);
            peer.ShutdownSend();
            for (var i = 0; i < 2500 && server.Actor.Cause is null; i++) server.Loops.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(CloseCause.ClosedByPeer, server.Actor.Cause);
            var got = server.Actor.Received;
            Assert.Equal(sent[..got.Length], got);
            Assert.InRange(sent.Length - got.Length, 0, 60);
        }
    }

    [Fact]
    public void BufferUntil_PausedInEveryPieceOfMuch_HoldsOneBuffer()
    {
        var pieces = new Pieces();
        using var server = new MemoryServer(a =>
        {
            pieces.Take(a, 4);
            a.WhenReceived += (a, _) =>
            {
                a.Connection.PauseReading();
                // The rest of what arrived waits in one buffer.
                Assert.InRange(a.Loop.Buffers.Rented, 0, 1);
                Assert.True(a.Post(static a => a.Connection.ResumeReading()));
            };
        });
        var sent = Bytes(100_000);
        server.Connect().Send(sent);
        server.Loops.RunUntilIdle();
        Assert.Equal(25_000, pieces.Count);
        Assert.Equal(sent, server.Actor.Received);
        Assert.Equal(0, server.Loops.Usage[0].RentedBuffers);
    }

    [Fact]
    public void BufferUntil_LessOrNullWhileBytesWait_DeliversThemAfterTheCallback()
    {
        var pieces = new Pieces();
        using var server = new MemoryServer(a => pieces.Take(a, 100));
        var peer = server.Connect();
        peer.Send([1, 2, 3, 4, 5]);
        server.Loops.RunUntilIdle();
        server.OnLoop(a =>
        {
            a.Connection.BufferUntil(2);
            Assert.Equal(0, pieces.Count);
        });
        Assert.Equal([[1, 2], [3, 4]], pieces.All);
        server.OnLoop(static a => a.Connection.BufferUntil(null));
        Assert.Equal([5], pieces.All[^1]);
        Assert.Equal(0, server.Actor.Connection.BufferedBytes);
    }

    [Fact]
    public void Unreceive_WithinAPiece_ComesAgainAheadOfTheRest()
    {
        var pieces = new Pieces();
        using var server = new MemoryServer(a =>
        {
            pieces.Take(a, 3);
            a.WhenReceived += (a, data) =>
            {
                if (pieces.Count == 1) a.Connection.Unreceive(data.AsSpan(1));
            };
        });
        server.Connect().Send([1, 2, 3, 4, 5, 6, 7, 8]);
        server.Loops.RunUntilIdle();
        Assert.Equal([[1, 2, 3], [2, 3, 4], [5, 6, 7]], pieces.All);
        Assert.Equal(1, server.Actor.Connection.BufferedBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void End_InAPiece_NoFurtherPieceComes(bool orderly)
    {
        var pieces = new Pieces();
        using var server = new MemoryServer(a =>
        {
            pieces.Take(a, 2);
            a.WhenReceived += (a, _) =>
            {
                if (pieces.Count != 2) return;
                if (orderly) a.Connection.Close();
                else a.Connection.Abort();
            };
        });
        var peer = server.Connect();
        peer.Send([1]);
        server.Loops.RunUntilIdle();
        peer.Send([2, 3, 4, 5, 6, 7]);
        server.Loops.RunUntilIdle();
        Assert.Equal([[1, 2], [3, 4]], pieces.All);
        Assert.Equal(orderly, !peer.WasReset);
    }

    [Fact]
    public void PeerClosed_WithinAPiece_SaysHowMuchIsThere()
    {
        var buffered = -1;
        using var server = new MemoryServer(a =>
        {
            new Pieces().Take(a, 4);
            a.WhenPeerClosed = a =>
            {
                buffered = a.Connection.BufferedBytes;
                a.Connection.Close();
            };
        });
        var peer = server.Connect();
        peer.Send([1, 2, 3, 4, 5, 6]);
        peer.ShutdownSend();
        server.Loops.RunUntilIdle();
        Assert.Equal(2, buffered);
        Assert.Equal([1, 2, 3, 4], server.Actor.Received);
        Assert.Equal(CloseCause.ClosedByPeer, server.Actor.Cause);
    }

    [Fact]
    public void PeerClosed_WithinAPiece_LessStillGetsIt()
    {
        using var server = new MemoryServer(static a =>
        {
            new Pieces().Take(a, 4);
            a.WhenPeerClosed = static a => a.Connection.BufferUntil(null);
        });
        var peer = server.Connect();
        peer.Send([1, 2, 3, 4, 5, 6]);
        peer.ShutdownSend();
        server.Loops.RunUntilIdle();
        Assert.Equal([1, 2, 3, 4, 5, 6], server.Actor.Received);
        Assert.Equal(["OnStarted", "OnReceived", "OnPeerClosed", "OnReceived"], server.Actor.Calls);
    }

    [Fact]
    public void PeerClosed_WhileWholePiecesWait_ComesAfterThem()
    {
        using var server = new MemoryServer(static a =>
        {
            a.WhenStarted = static a =>
            {
                a.Connection.BufferUntil(2);
                a.Connection.PauseReading();
            };
        });
        var peer = server.Connect();
        peer.Send([1, 2, 3, 4, 5]);
        peer.ShutdownSend();
        server.Loops.RunUntilIdle();
        server.OnLoop(static a => a.Connection.ResumeReading());
        Assert.Equal([1, 2, 3, 4], server.Actor.Received);
        Assert.Equal(["OnStarted", "OnReceived", "OnPeerClosed", "OnClosed"], server.Actor.Calls);
    }

    [Fact]
    public void Throttling_ByPiecesOfOneArrival_IsToldBetweenThem()
    {
        var pieces = new Pieces();
        using var server = new MemoryServer(
            a =>
            {
                pieces.Take(a, 1000);
                a.WhenReceived += static (a, data) => a.Connection.Send(data);
                a.WhenThrottled = static a => a.Connection.PauseReading();
                a.WhenUnthrottled = static a => a.Connection.ResumeReading();
            },
            new TcpConnectionOptions { HighWaterMark = 4000, LowWaterMark = 0, MaxQueuedBytes = 4000 },
            new InMemoryNetworkOptions { Window = 3000 });
        var sent = Bytes(60_000);
        var peer = server.Connect();
        peer.StopReading();
        peer.Send(sent);
        server.Loops.RunUntilIdle();
        // One arrival, of which no more is taken than the peer's slowness allows: nothing is refused.
        Assert.InRange(pieces.Count, 5, 20);
        peer.ResumeReading();
        server.Loops.RunUntilIdle();
        Assert.Equal(sent, peer.ReceiveAll());
        Assert.Contains("OnThrottled", server.Actor.Calls);
        Assert.Equal(60, pieces.Count);
    }

    [Fact]
    public void BufferUntil_ALargePiece_GrowsWithWhatArrives()
    {
        const int Size = 5_000_000;
        var pieces = new Pieces();
        using var server = new MemoryServer(a => pieces.Take(a, Size));
        var peer = server.Connect();
        var sent = Bytes(Size + 3);
        peer.Send(sent.AsSpan(0, 100));
        server.Loops.RunUntilIdle();
        Assert.Equal(1, server.Loops.Usage[0].RentedBuffers);
        Assert.Equal(100, server.Actor.Connection.BufferedBytes);
        peer.Send(sent.AsSpan(100));
        server.Loops.RunUntilIdle();
        Assert.Equal(sent[..Size], Assert.Single(pieces.All));
        Assert.Equal(3, server.Actor.Connection.BufferedBytes);
    }

    [Fact]
    public void MaxPartialBytes_ExceededByManyConnections_IsLoggedOnceAMinute()
    {
        using var server = new MemoryServer(
            static a => new Pieces().Take(a, 1000), loop: new EventLoopOptions { MaxPartialBytes = 500 });
        for (var second = 0; second < 120; second++)
        {
            var peer = server.Connect();
            peer.Send(Bytes(501));
            server.Loops.RunUntilIdle();
            Assert.True(peer.WasReset);
            server.Loops.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, server.Log.CountOf(20));
    }

    [Fact]
    public void MaxPartialBytes_ExceededByOneConnection_AbortsThatOne()
    {
        using var server = new MemoryServer(
            static a => new Pieces().Take(a, 1000), loop: new EventLoopOptions { MaxPartialBytes = 1500 });
        var first = server.Connect();
        first.Send(Bytes(900));
        var second = server.Connect();
        second.Send(Bytes(601));
        server.Loops.RunUntilIdle();
        Assert.Equal(CloseCause.Aborted, server.Actor.Cause);
        Assert.True(second.WasReset);
        Assert.Equal(1, server.Log.CountOf(20));
        Assert.Null(server.Actors[0].Cause);
        // What is delivered or lost counts no more.
        first.Send(Bytes(100));
        var third = server.Connect();
        for (var i = 0; i < 20; i++)
        {
            third.Send(Bytes(999));
            server.Loops.RunUntilIdle();
        }

        Assert.Equal(1000, server.Actors[0].Received.Length);
        Assert.Null(server.Actor.Cause);
        Assert.Equal(19_000, server.Actor.Received.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1024 * 1024 * 1024 + 1)]
    public void BufferUntil_OutOfRange_Throws(int size)
    {
        using var server = new MemoryServer();
        server.Connect();
        server.OnLoop(a => Assert.Throws<ArgumentOutOfRangeException>("bytes", () => a.Connection.BufferUntil(size)));
        Assert.Throws<InvalidOperationException>(() => server.Actor.Connection.BufferUntil(1));
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Keeps the pieces that an actor was given.</summary>
    private sealed class Pieces
    {
        public List<byte[]> All { get; } = [];

        public int Count => All.Count;

        public void Take(RecordingActor actor, int size)
        {
            actor.WhenStarted = a => a.Connection.BufferUntil(size);
            actor.WhenReceived = (_, data) => All.Add(data);
        }
    }
}
