// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Backends.Sockets;

/// <summary>Accepts from a listening socket: one accept is pending, or more follow at once while connections wait.</summary>
internal sealed class SocketsListener : BackendListener, ISocketsTarget
{
    // As many as a turn takes from one listener, so that a flood of connects leaves time for those that are open.
    private const int MaxAcceptsPerTurn = 64;

    private readonly DescriptorReserve _reserve = new();
    private readonly SocketsBackend _backend;
    private readonly Socket _socket;
    private readonly TcpConnectionOptions _options;
    private readonly IListenerEvents _events;
    private readonly SocketsOperation _operation;
    private bool _accepting = true;
    private bool _pending; // the operation is the system's
    private bool _completed; // the operation has a result that was not told
    private bool _closed;

    public SocketsListener(SocketsBackend backend, Socket socket, TcpConnectionOptions options, IListenerEvents events)
    {
        _backend = backend;
        _socket = socket;
        _options = options;
        _events = events;
        _operation = backend.Rent(this);
        _ = _reserve.TryFill();
        LocalEndPoint = socket.LocalEndPoint!;
        backend.Enqueue(this);
    }

    public override EndPoint LocalEndPoint { get; }

    public bool IsQueued { get; set; }

    public override void SetAccepting(bool accepting)
    {
        if (_closed || accepting == _accepting) return;
        _accepting = accepting;
        // What was accepted meanwhile, at most one, has waited.
        if (accepting) _backend.Enqueue(this);
    }

    public override void Close()
    {
        if (_closed) return;
        _closed = true;
        _socket.Dispose();
        _reserve.Release();
        ListeningSocket.RemovePath(LocalEndPoint);
        // A pending operation comes back aborted, or with a connection that came too late.
        if (!_pending) DropOperation();
    }

    public void OnCompleted(SocketsOperation operation)
    {
        _pending = false;
        _completed = true;
        if (_closed) DropOperation();
        else _backend.Enqueue(this);
    }

    public void OnReady()
    {
        for (var i = 0; i < MaxAcceptsPerTurn; i++)
        {
            if (!_accepting || _closed || _pending) return;
            if (!_completed && !Accept()) return;
            TellResult();
        }

        _backend.Enqueue(this);
    }

    /// <summary>Asks for one connection; false when there is no result yet.</summary>
    private bool Accept()
    {
        // Not before the reserve is whole again: else the connections that wait would take it.
        if (!_reserve.TryFill())
        {
            Fail(SocketError.TooManyOpenSockets);
            return false;
        }

        _completed = !_socket.AcceptAsync(_operation);
        _pending = !_completed;
        return _completed;
    }

    private void TellResult()
    {
        _completed = false;
        var socket = _operation.AcceptSocket;
        _operation.AcceptSocket = null;
        switch (_operation.SocketError)
        {
            case SocketError.Success:
                if (Prepare(socket!) is { } accepted) _events.OnAccepted(accepted);
                break;
            case SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable:
            case SocketError.InvalidArgument or SocketError.OperationAborted:
                // Those of the second line: it listens no more, and every accept would fail, since another process has shut it down.
                socket?.Dispose();
                Fail(_operation.SocketError);
                break;
            default:
                // accept(2): errors of the new connection itself (aborted, network down ...) come here; try the next.
                socket?.Dispose();
                break;
        }
    }

    /// <summary>Readies an accepted socket; null, and it is gone, when the peer was faster and has reset it.</summary>
    private SocketsAcceptedSocket? Prepare(Socket socket)
    {
        try
        {
            socket.Blocking = false;
            ListeningSocket.ConfigureAccepted(socket, _options);
            return new SocketsAcceptedSocket(socket, socket.RemoteEndPoint);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private void Fail(SocketError error)
    {
        _reserve.Release();
        _events.OnAcceptFailed(error);
    }

    private void DropOperation()
    {
        _operation.AcceptSocket?.Dispose();
        _operation.AcceptSocket = null;
        _completed = false;
        _backend.Return(_operation);
    }
}
