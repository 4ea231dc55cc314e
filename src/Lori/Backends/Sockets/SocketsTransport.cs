// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Backends.Sockets;

/// <summary>
/// Is one connected socket. A receive without a buffer is pending all the time, and says when there is something to read;
/// bytes are then read, without waiting, into the loop's one receive buffer.
/// </summary>
internal sealed partial class SocketsTransport : Transport, ISocketsTarget
{
    private static readonly LingerOption NoLinger = new(enable: true, seconds: 0); // close sends RST

    private readonly SocketsBackend _backend;
    private ITransportEvents _events;
    private readonly Socket _socket;
    private SocketError _failure; // what broke the connection; Success while nothing did
    private bool _failureTold;
    private bool _closed;
    private bool _reset;
    private bool _disposed;

    public SocketsTransport(SocketsBackend backend, SocketsAcceptedSocket socket, ITransportEvents events)
    {
        _backend = backend;
        _events = events;
        RemoteEndPoint = socket.RemoteEndPoint;
        _socket = socket.Take();
        _probe = backend.Rent(this);
        // From the start, also when nobody receives: a reset is told in any case.
        Probe();
    }

    public override EndPoint? RemoteEndPoint { get; }

    public override EndPoint? LocalEndPoint
    {
        get
        {
            if (_disposed) return null;
            try
            {
                return SocketsAcceptedSocket.Unmap(_socket.LocalEndPoint);
            }
            catch (Exception e) when (IsBroken(e))
            {
                // Some systems forget the address with the connection.
                return null;
            }
        }
    }

    public bool IsQueued { get; set; }

    /// <summary>Gets or sets the place in the list of <see cref="SilentSockets"/>.</summary>
    public int SilentIndex { get; set; } = SilentSockets.None;

    public override void ShutdownSend()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsBroken(e))
        {
            // Not connected any more: the receive that is pending tells it.
        }
    }

    public override void Close(bool reset)
    {
        if (_closed) return;
        _closed = true;
        _reset = reset;
        _backend.Silent.Remove(this);
        _backend.ScheduleClose(this);
    }

    /// <summary>
    /// Closes the socket, at the end of the turn; and tells the end, now or, while the system holds a block, at the end of
    /// the turn in which it gave it back.
    /// </summary>
    /// <param name="givesUp">Whether the block is left to the system.</param>
    /// <returns>Whether the end was told.</returns>
    public bool TryEnd(bool givesUp)
    {
        if (!_disposed) DisposeSocket();
        if (_sendPending && !givesUp) return false;
        if (_sendPending) _send!.Owner = null;
        else if (_send is not null) ReturnSend();
        _events.OnClosed();
        return true;
    }

    public void OnCompleted(SocketsOperation operation)
    {
        if (ReferenceEquals(operation, _probe)) OnProbed();
        else OnSent();
    }

    public void OnReady()
    {
        // Closed in this turn, by a callback that came before.
        if (_closed) return;
        // What arrived before a failure is told before it.
        if (_receiving && (_readable || _failure != SocketError.Success)) Receive();
        if (!_closed && _send is not null && !_sendPending) TellSent();
        if (_closed || _failureTold || _failure == SocketError.Success) return;
        _failureTold = true;
        _events.OnFailed(_failure);
    }

    /// <summary>Finds out whether a socket that nobody reads was reset: its bytes wait, so no receive tells.</summary>
    public void LookForError()
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                // A reset throws away what waits, so that a look at it fails.
                _socket.Receive(stackalloc byte[1], SocketFlags.Peek, out var error);
                if (error is not (SocketError.Success or SocketError.WouldBlock)) Fail(error);
            }
            else if (_socket.Poll(0, SelectMode.SelectError)
                && (SocketError)(int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! is var error and not SocketError.Success)
            {
                Fail(error);
            }
        }
        catch (Exception e) when (IsBroken(e))
        {
            Fail((e as SocketException)?.SocketErrorCode ?? SocketError.OperationAborted);
        }
    }

    /// <summary>Whether a call failed for the connection's own reasons: an adopted socket may be disposed of by who made it.</summary>
    private static bool IsBroken(Exception e) => e is SocketException or ObjectDisposedException;

    private void Fail(SocketError error)
    {
        // EPIPE: the reset came before, and was not seen.
        if (_failure == SocketError.Success) _failure = error == SocketError.Shutdown ? SocketError.ConnectionReset : error;
        _backend.Enqueue(this);
    }

    private void DisposeSocket()
    {
        _disposed = true;
        try
        {
            // With operations pending, .NET ends a connection by a reset, unless its sending was shut down before; with unread
            // bytes, the kernel does.
            if (_reset) _socket.LingerState = NoLinger;
            else if ((_probing || _sendPending) && _socket.Available == 0) _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsBroken(e))
        {
            // The connection is broken, and needs neither.
        }

        _socket.Dispose();
        // It holds no memory: when it comes back, aborted, the backend takes it.
        if (_probing) _probe.Owner = null;
        else _backend.Return(_probe);
    }
}
