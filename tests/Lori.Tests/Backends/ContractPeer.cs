// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Mare.Testing;

namespace Lori.Tests.Backends;

/// <summary>Is the other end of a connection in the contract suite; nothing in it waits.</summary>
public abstract class ContractPeer : IDisposable
{
    private readonly List<byte> _received = [];

    public byte[] Received => [.. _received];

    public abstract EndPoint? LocalEndPoint { get; }

    public abstract bool IsEndOfStream { get; }

    public abstract bool WasReset { get; }

    public abstract void Send(byte[] data);

    public abstract void ShutdownSend();

    public abstract void Close();

    public abstract void Reset();

    public abstract void StopReading();

    public abstract void ResumeReading();

    /// <summary>Moves what can be moved now.</summary>
    public abstract void Poll();

    public abstract void Dispose();

    protected void Add(ReadOnlySpan<byte> data) => _received.AddRange(data);
}

/// <summary>Is a peer over a real loopback socket.</summary>
internal sealed class SocketPeer : ContractPeer
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Queue<byte[]> _toSend = new();
    private bool _reads = true;
    private bool _shutdownWanted;
    private bool _ended;
    private bool _reset;
    private bool _closed;

    public SocketPeer(EndPoint endPoint)
    {
        var family = endPoint.AddressFamily;
        _socket = new Socket(family, SocketType.Stream, family == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (family != AddressFamily.Unix) _socket.NoDelay = true;
        _socket.Connect(endPoint);
        _socket.Blocking = false;
        LocalEndPoint = family == AddressFamily.Unix ? null : _socket.LocalEndPoint;
    }

    public override EndPoint? LocalEndPoint { get; }

    public override bool IsEndOfStream => _ended;

    public override bool WasReset => _reset;

    public override void Send(byte[] data)
    {
        _toSend.Enqueue(data);
        Poll();
    }

    public override void ShutdownSend()
    {
        _shutdownWanted = true;
        Poll();
    }

    public override void Close() => Dispose();

    public override void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        Dispose();
    }

    public override void StopReading() => _reads = false;

    public override void ResumeReading()
    {
        _reads = true;
        Poll();
    }

    public override void Poll()
    {
        if (_closed || _reset) return;
        Write();
        while (_reads && !_ended && !_reset && !_closed)
        {
            var length = _socket.Receive(_buffer, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock) return;
            if (error != SocketError.Success) _reset = true;
            else if (length == 0) _ended = true;
            else Add(_buffer.AsSpan(0, length));
        }
    }

    public override void Dispose()
    {
        _closed = true;
        _socket.Dispose();
    }

    private void Write()
    {
        while (_toSend.TryPeek(out var data))
        {
            var sent = _socket.Send(data, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock) return;
            if (error != SocketError.Success)
            {
                _reset = true;
                return;
            }

            _toSend.Dequeue();
            if (sent == data.Length) continue;
            var rest = _toSend.ToArray();
            _toSend.Clear();
            _toSend.Enqueue(data[sent..]);
            foreach (var next in rest) _toSend.Enqueue(next);
        }

        if (!_shutdownWanted) return;
        _shutdownWanted = false;
        _socket.Shutdown(SocketShutdown.Send);
    }
}

/// <summary>Is a peer over the in-memory network.</summary>
internal sealed class MemoryPeer(InMemoryPeer peer) : ContractPeer
{
    public override EndPoint? LocalEndPoint => peer.LocalEndPoint;

    public override bool IsEndOfStream
    {
        get
        {
            Poll(); // the bytes before the end come first
            return peer.IsEndOfStream;
        }
    }

    public override bool WasReset => peer.WasReset;

    public override void Send(byte[] data) => peer.Send(data);

    public override void ShutdownSend() => peer.ShutdownSend();

    public override void Close() => peer.Close();

    public override void Reset() => peer.Reset();

    public override void StopReading() => peer.StopReading();

    public override void ResumeReading() => peer.ResumeReading();

    public override void Poll() => Add(peer.ReceiveAll());

    public override void Dispose() => peer.Close();
}

/// <summary>Stands where the other end is a connection of the same backend.</summary>
internal sealed class NoPeer : ContractPeer
{
    public static readonly NoPeer Instance = new();

    public override EndPoint? LocalEndPoint => null;

    public override bool IsEndOfStream => false;

    public override bool WasReset => false;

    public override void Send(byte[] data) => throw NotThere();

    public override void ShutdownSend() => throw NotThere();

    public override void Close() => throw NotThere();

    public override void Reset() => throw NotThere();

    public override void StopReading() => throw NotThere();

    public override void ResumeReading() => throw NotThere();

    public override void Poll()
    {
        // The backend's turn moves both ends.
    }

    public override void Dispose()
    {
        // Nothing is held.
    }

    private static InvalidOperationException NotThere() => new("This connection's other end is one of the backend's own.");
}
