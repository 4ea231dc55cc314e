// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori;
using Lori.Backends;

namespace Mare.Testing;

/// <summary>Listens on one address of an <see cref="InMemoryNetwork"/>. Made under the gate.</summary>
internal sealed class InMemoryListener : BackendListener, IInMemorySource
{
    // The same as a kernel's listener: a flood of connects leaves time for those that are open.
    private const int MaxAcceptsPerTurn = 64;

    private readonly InMemoryBackend _backend;
    private readonly InMemoryNetwork _network;
    private readonly IListenerEvents _events;
    private readonly Queue<InMemoryAcceptedSocket> _backlog = new();
    private bool _accepting = true;
    private bool _closed;

    public InMemoryListener(InMemoryBackend backend, InMemoryNetwork network, EndPoint endPoint, ListenOptions options, IListenerEvents events)
    {
        IsDualStack = options.IPVersion == IPVersion.Any;
        _backend = backend;
        _network = network;
        _events = events;
        LocalEndPoint = network.Bind(endPoint, this);
    }

    public override EndPoint LocalEndPoint { get; }

    /// <summary>Gets whether it takes IPv4 too, where it listens on every IPv6 address.</summary>
    public bool IsDualStack { get; }

    public bool IsQueued { get; set; }

    public bool HasWork => _accepting && !_closed && _backlog.Count > 0;

    /// <summary>Adds a connection to the backlog. Under the gate.</summary>
    public void Add(InMemoryAcceptedSocket socket)
    {
        _backlog.Enqueue(socket);
        _backend.Look(this);
    }

    public override void SetAccepting(bool accepting)
    {
        lock (_network.Gate)
        {
            _accepting = accepting;
            _backend.Look(this);
        }
    }

    public override void Close()
    {
        lock (_network.Gate)
        {
            if (_closed) return;
            _closed = true;
            _network.Unbind(LocalEndPoint);
            while (_backlog.TryDequeue(out var socket)) socket.Refuse();
        }
    }

    public void OnReady()
    {
        for (var i = 0; i < MaxAcceptsPerTurn; i++)
        {
            InMemoryAcceptedSocket? socket = null;
            SocketError error;
            lock (_network.Gate)
            {
                if (!HasWork) return;
                if (!_network.TryTakeAcceptFailure(out error)) socket = _backlog.Dequeue();
            }

            if (socket is null)
            {
                _events.OnAcceptFailed(error);
                return;
            }

            _events.OnAccepted(socket);
        }
    }
}

/// <summary>Is an end of a connection that no loop has taken yet.</summary>
internal sealed class InMemoryAcceptedSocket(InMemoryEnd end) : AcceptedSocket
{
    private bool _taken;

    public override EndPoint? RemoteEndPoint => end.RemoteEndPoint;

    public InMemoryEnd Take()
    {
        _taken = true;
        return end;
    }

    /// <summary>Resets the connection. Under the gate.</summary>
    public void Refuse() => end.Close(reset: true);

    public override void Dispose()
    {
        if (_taken) return;
        lock (end.Gate) end.Close(reset: false);
    }
}
