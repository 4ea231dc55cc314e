// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Backends.Sockets;

/// <summary>Is an attempt to connect.</summary>
internal sealed class SocketsConnect : PendingConnect, ISocketsTarget
{
    private readonly SocketsBackend _backend;
    private readonly IConnectEvents _events;
    private readonly EndPoint _endPoint;
    private readonly Socket _socket;
    private readonly SocketsOperation _operation;
    private bool _pending;
    private bool _ended;

    public SocketsConnect(SocketsBackend backend, EndPoint endPoint, TcpConnectionOptions options, IConnectEvents events)
    {
        _backend = backend;
        _events = events;
        _endPoint = endPoint;
        _socket = ConnectionSocket.Open(endPoint, options);
        _operation = backend.Rent(this);
        _operation.RemoteEndPoint = endPoint;
        try
        {
            _pending = _socket.ConnectAsync(_operation);
        }
        catch
        {
            Abandon();
            throw;
        }

        if (!_pending) backend.Enqueue(this);
    }

    public bool IsQueued { get; set; }

    public override void Abandon()
    {
        if (_ended) return;
        _ended = true;
        _socket.Dispose();
        // Pending, it comes back aborted, or with a success that came too late, and the backend takes it.
        if (_pending) _operation.Owner = null;
        else _backend.Return(_operation);
    }

    public void OnCompleted(SocketsOperation operation)
    {
        _pending = false;
        _backend.Enqueue(this);
    }

    public void OnReady()
    {
        // Given up in this turn, by a callback that came before.
        if (_ended) return;
        _ended = true;
        var error = _operation.SocketError;
        _backend.Return(_operation);
        if (error == SocketError.Success)
        {
            _events.OnConnected(new SocketsAcceptedSocket(_socket, _endPoint));
            return;
        }

        _socket.Dispose();
        _events.OnConnectFailed(error);
    }
}
