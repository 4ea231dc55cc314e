// SPDX-License-Identifier: MIT
using System.Net;
using Lori.Backends;

namespace Mare.Testing;

/// <summary>Is one connection: two streams of bytes and how each end stands. Everything under the network's gate.</summary>
internal sealed class InMemoryLink(InMemoryNetwork network, EndPoint? peerEndPoint, EndPoint serverEndPoint)
{
    private readonly ByteQueue _toServer = new();
    private readonly ByteQueue _window = new();
    private readonly ByteQueue _taken = new();

    public InMemoryNetwork Network => network;

    public Lock Gate => network.Gate;

    public EndPoint? PeerEndPoint => peerEndPoint;

    public EndPoint ServerEndPoint => serverEndPoint;

    /// <summary>Gets or sets the server's end, once a loop has it.</summary>
    public InMemoryTransport? Server { get; set; }

    /// <summary>Gets whether the peer sends no more.</summary>
    public bool PeerFinished { get; private set; }

    /// <summary>Gets whether the peer has no descriptor any more.</summary>
    public bool PeerGone { get; private set; }

    /// <summary>Gets whether the server sees the connection reset.</summary>
    public bool ServerSeesReset { get; private set; }

    /// <summary>Gets whether the peer sees the connection reset.</summary>
    public bool PeerSeesReset { get; private set; }

    /// <summary>Gets whether the server sends no more.</summary>
    public bool ServerFinished { get; private set; }

    /// <summary>Gets whether the server has no descriptor any more.</summary>
    public bool ServerGone { get; private set; }

    public bool PeerReads { get; private set; } = true;

    public long TotalTaken { get; private set; }

    public int Undelivered => _toServer.Count;

    public int InWindow => _window.Count;

    /// <summary>Gets how many bytes the server may send now; a peer that is gone takes everything, once.</summary>
    public int Room => PeerGone ? int.MaxValue : network.Options.Window - _window.Count;

    public void SendFromPeer(ReadOnlySpan<byte> data)
    {
        if (PeerSeesReset) return;
        if (ServerGone)
        {
            // Nobody is there to read: the answer is a reset.
            ResetPeer();
            return;
        }

        _toServer.Write(data);
        Server?.Look();
    }

    public void FinishPeer()
    {
        PeerFinished = true;
        Server?.Look();
    }

    /// <summary>Closes the peer's descriptor; what it has not read turns that into a reset, as with TCP.</summary>
    public void ClosePeer(bool reset)
    {
        if (PeerGone) return;
        PeerGone = true;
        if (reset || _window.Count > 0) ResetServer();
        else FinishPeer();
    }

    public byte[] TakeAll() => _taken.ReadAll();

    public void SetPeerReads(bool reads)
    {
        PeerReads = reads;
        if (!reads) return;
        TakeWindow();
        Server?.Look();
    }

    /// <summary>Takes bytes of the server, from the start of the segments.</summary>
    public int SendFromServer(ReadOnlySpan<Segment> segments, int limit)
    {
        var total = 0;
        foreach (var segment in segments)
        {
            var part = Math.Min(segment.Length, limit - total);
            if (!PeerGone) _window.Write(segment.Block.Array.AsSpan(segment.Offset, part));
            total += part;
            if (total == limit) break;
        }

        if (PeerGone) ResetServer();
        else if (PeerReads) TakeWindow();
        return total;
    }

    public int Deliver(Span<byte> into) => _toServer.Read(into);

    public void FinishServer() => ServerFinished = true;

    /// <summary>Closes the server's descriptor; what it has not read turns that into a reset, as with TCP.</summary>
    public void CloseServer(bool reset)
    {
        if (ServerGone) return;
        ServerGone = ServerFinished = true;
        if (reset || _toServer.Count > 0) ResetPeer();
    }

    private void TakeWindow()
    {
        TotalTaken += _window.Count;
        _window.MoveTo(_taken);
    }

    private void ResetPeer()
    {
        if (PeerGone) return;
        PeerSeesReset = true;
        // A reset overtakes what was not read yet.
        _window.Clear();
    }

    private void ResetServer()
    {
        ServerSeesReset = true;
        _toServer.Clear();
        Server?.Look();
    }
}
