// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net;
using Lori.Backends;

namespace Lori.Tests.Backends;

/// <summary>Is what every backend promises (see <see cref="Transport"/>), as tests that run on each.</summary>
public abstract partial class BackendContract : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private const int MaxReads = 4;

    private readonly Backend _backend;
    private readonly List<ContractConnection> _connections = [];
    private readonly BlockPool _blocks = new();

    private protected BackendContract(Backend backend)
    {
        _backend = backend;
    }

    private protected static EventLoopOptions Options => new() { ReceiveBufferSize = 4096, MaxReadsPerTurn = MaxReads };

    private protected Backend Backend => _backend;

    /// <summary>Gets this side's address.</summary>
    private protected abstract EndPoint ServerEndPoint { get; }

    /// <summary>Gets whether a peer can be reset; else it sees an orderly end.</summary>
    private protected virtual bool CanReset => true;

    /// <summary>Gets whether a peer is reset for certain whose bytes were not read.</summary>
    private protected virtual bool ResetsWhenUnread => true;

    /// <summary>Gets whether a peer's reset is told while nobody receives.</summary>
    private protected virtual bool TellsResetWhileStopped => true;

    /// <summary>Gets whether bytes can be sent from where they are.</summary>
    private protected virtual bool SendsUncopied => true;

    /// <summary>Connects a peer.</summary>
    private protected abstract (AcceptedSocket Socket, ContractPeer Peer) ConnectPair();

    /// <summary>Happens after each turn.</summary>
    private protected virtual void OnTurn()
    {
    }

    private protected abstract void DisposeListener();

    /// <summary>Closes all; whatever a test did, each transport tells its end once and nothing else after Close.</summary>
    public virtual void Dispose()
    {
        foreach (var c in _connections) c.Close();
        Pump("closing at the end", () => _connections.TrueForAll(static c => c.Events.Closes > 0));
        Turns(3);
        Assert.All(_connections, static c => Assert.Equal(1, c.Events.Closes));
        Assert.All(_connections, static c => Assert.Empty(c.Events.Faults));
        foreach (var c in _connections) c.Peer.Dispose();
        DisposeListener();
        _backend.Dispose();
        GC.SuppressFinalize(this);
    }

    private ContractConnection Connect(bool receive = true)
    {
        var (socket, peer) = ConnectPair();
        return Attach(socket, peer, receive);
    }

    private protected ContractConnection Attach(AcceptedSocket socket, ContractPeer peer, bool receive)
    {
        var events = new RecordingTransportEvents();
        var transport = _backend.Attach(socket, events);
        var connection = new ContractConnection(transport, events, peer);
        _connections.Add(connection);
        if (receive) connection.StartReceive();
        Turn();
        return connection;
    }

    private protected void Turn(int milliseconds = 0)
    {
        _backend.Wait(milliseconds);
        _backend.Dispatch();
        _backend.EndTurn();
        OnTurn();
        foreach (var c in _connections) c.Peer.Poll();
    }

    private protected void Turns(int count)
    {
        for (var i = 0; i < count; i++) Turn();
    }

    /// <summary>Runs turns until something holds; past the deadline the phase and the state are the message.</summary>
    private protected void Pump(string phase, Func<bool> holds)
    {
        var began = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Turn(milliseconds: 5);
            if (Stopwatch.GetElapsedTime(began) > Deadline)
                Assert.Fail($"{phase}: not after {Deadline.TotalSeconds} s\n{string.Join('\n', _connections)}");
        }
    }

    /// <summary>Puts bytes into blocks, as many as needed.</summary>
    private protected List<Segment> Blocks(ReadOnlySpan<byte> data)
    {
        var segments = new List<Segment>();
        while (!data.IsEmpty)
        {
            var block = _blocks.Rent();
            var length = Math.Min(Block.Size, data.Length);
            data[..length].CopyTo(block.Array);
            segments.Add(new Segment(block, 0, length));
            data = data[length..];
        }

        return segments;
    }

    private protected static byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Sends as a connection does: one send in flight, the rest after its completion. Returns whether all is taken.</summary>
    private protected static Func<bool> SendAll(ContractConnection connection, List<Segment> segments)
    {
        var inFlight = false;
        void Go()
        {
            while (segments.Count > 0 && !inFlight)
            {
                var sent = connection.Send([.. segments]);
                if (sent == 0) inFlight = true;
                else Consume(segments, sent);
            }
        }

        connection.Events.WhenCompleted = sent =>
        {
            Assert.True(inFlight, "a completion without a send in flight");
            Assert.InRange(sent, 1, int.MaxValue);
            inFlight = false;
            Consume(segments, sent);
            Go();
        };
        Go();
        return () => segments.Count == 0;
    }

    private static void Consume(List<Segment> segments, int sent)
    {
        while (sent > 0)
        {
            var first = segments[0];
            if (sent < first.Length)
            {
                segments[0] = new Segment(first.Block, first.Offset + sent, first.Length - sent);
                return;
            }

            sent -= first.Length;
            segments.RemoveAt(0);
        }
    }
}
