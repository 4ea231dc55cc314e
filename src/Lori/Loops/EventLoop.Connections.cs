// SPDX-License-Identifier: MIT
using System.Net;
using Lori.Backends;
using Lori.Backends.Streams;

namespace Lori;

public sealed partial class EventLoop
{
    // A loop rarely has more connections with output at once; the rest goes back to the garbage collector.
    private const int MaxSpareWires = 1024;

    // Peers bring it about as often as they like: it must fill no disk.
    private static readonly TimeSpan HeldWarningPause = TimeSpan.FromMinutes(1);

    private readonly Stack<Wire> _spareWires = new();
    private readonly List<BackendListener> _listeners = [];
    private readonly HashSet<Connector> _connectors = [];
    private readonly HashSet<ProxyTransport> _proxied = []; // those whose PROXY header is awaited
    private StreamBackend? _streams; // beside the kernel's backend, once a stream has come
    private TcpConnection? _firstConnection;
    private long _heldBytes;
    private long _nextHeldWarning = long.MinValue;

    /// <summary>Gets what holds the streams of this loop: on a strand, its backend. Loop only.</summary>
    private StreamBackend Streams => _backend as StreamBackend ?? (_streams ??= new StreamBackend(Options, Buffers, Wake));

    /// <summary>Listens until <see cref="StopListening"/> or the end of the loop. Loop only.</summary>
    internal BackendListener Listen(EndPoint endPoint, ListenOptions options, IListenerEvents events)
    {
        var listener = _backend.Listen(endPoint, options, events);
        _listeners.Add(listener);
        return listener;
    }

    internal void StopListening(BackendListener listener)
    {
        _listeners.Remove(listener);
        listener.Close();
    }

    /// <summary>Takes an accepted socket, or a stream, into this loop; or one that is here already. Loop only.</summary>
    internal Transport Attach(AcceptedSocket socket, ITransportEvents events) => socket switch
    {
        AcceptedStream => Streams.Attach(socket, events),
        ProxiedSocket proxied => proxied.Attach(events),
        _ => _backend.Attach(socket, events),
    };

    internal void Register(ProxyTransport transport) => _proxied.Add(transport);

    internal void Unregister(ProxyTransport transport) => _proxied.Remove(transport);

    /// <summary>Drops the connections of a listener that have no PROXY header yet. Loop only.</summary>
    internal void DropProxied(ProxyGate gate)
    {
        // They leave the set at the end of a turn.
        foreach (var transport in _proxied) transport.OnListenerClosed(gate);
    }

    internal void Register(Connector connector) => _connectors.Add(connector);

    internal void Unregister(Connector connector) => _connectors.Remove(connector);

    internal void Register(TcpConnection connection)
    {
        connection.NextOnLoop = _firstConnection;
        _firstConnection?.PreviousOnLoop = connection;
        _firstConnection = connection;
    }

    internal void Unregister(TcpConnection connection)
    {
        var (previous, next) = (connection.PreviousOnLoop, connection.NextOnLoop);
        if (previous is not null) previous.NextOnLoop = next;
        else _firstConnection = next;
        next?.PreviousOnLoop = previous;
        (connection.PreviousOnLoop, connection.NextOnLoop) = (null, null);
        CountConnection(-1);
    }

    /// <summary>Calls for each connection of the loop of which its actor has heard; the call may end connections. Loop only.</summary>
    internal void ForEachConnection<TState>(Action<TcpConnection, TState> action, TState state)
    {
        // Connections leave the list at the end of a turn only, so the next one stays in it.
        for (var connection = _firstConnection; connection is not null; connection = connection.NextOnLoop)
        {
            if (!connection.IsStarting) action(connection, state);
        }
    }

    /// <summary>Drops the connections whose TLS handshake is under way, for whoever asks for it. Loop only.</summary>
    internal void DropStarting<TState>(Func<ITcpConnectionEvents, TState, bool> isMeant, TState state)
    {
        for (var connection = _firstConnection; connection is not null; connection = connection.NextOnLoop)
        {
            if (connection.IsStarting && isMeant(connection.Events, state)) connection.Drop();
        }
    }

    /// <summary>Makes room for bytes of a piece that has not arrived whole; false when the loop holds too many. Loop only.</summary>
    internal bool TryHold(int bytes)
    {
        if (_heldBytes + bytes > Options.MaxPartialBytes) return false;
        _heldBytes += bytes;
        return true;
    }

    /// <summary>Logs that a connection was aborted since the loop holds too many bytes: once a minute at most, however many are. Loop only.</summary>
    internal void WarnOfHeldBytes()
    {
        if (Now < _nextHeldWarning) return;
        _nextHeldWarning = Now + ToTicks(HeldWarningPause);
        Log.TooMuchBuffered(Logger, Id, Options.MaxPartialBytes);
    }

    internal void Unhold(int bytes) => _heldBytes -= bytes;

    internal Wire LeaseWire() => _spareWires.TryPop(out var wire) ? wire : new Wire(this);

    internal void ReturnWire(Wire wire)
    {
        if (_spareWires.Count < MaxSpareWires && wire.IsSmall) _spareWires.Push(wire);
    }
}
