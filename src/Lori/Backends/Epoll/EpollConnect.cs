// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Lori.Backends.Linux;

namespace Lori.Backends.Epoll;

/// <summary>Is an attempt to connect under epoll: the socket is writable once it has ended, one way or the other.</summary>
internal sealed unsafe class EpollConnect : PendingConnect, IEpollTarget
{
    private readonly EpollBackend _backend;
    private readonly IConnectEvents _events;
    private readonly SocketAddressBytes _peer;
    private readonly int _descriptor;
    private readonly int _slot;
    private bool _ended;

    public EpollConnect(EpollBackend backend, EndPoint endPoint, TcpConnectionOptions options, IConnectEvents events)
    {
        _backend = backend;
        _events = events;
        if (endPoint is IPEndPoint ip) _peer = SocketAddressBytes.Of(ip);
        var socket = ConnectionSocket.Open(endPoint, options);
        try
        {
            _descriptor = (int)socket.Handle;
            Begin(endPoint);
            _slot = backend.Register(this, _descriptor, Libc.EpollOut);
        }
        catch (Exception e)
        {
            socket.Dispose();
            // epoll_ctl: no memory, or the user has no watches left.
            if (e is Win32Exception and not SocketException) throw new SocketException((int)SocketError.NoBufferSpaceAvailable);
            throw;
        }

        socket.SafeHandle.SetHandleAsInvalid(); // the descriptor is ours now
    }

    public override void Abandon()
    {
        if (_ended) return;
        Leave();
        _ = Libc.Close(_descriptor);
    }

    public void OnEvents(uint events)
    {
        // Given up in this turn, by a callback that came before this event.
        if (_ended) return;
        Leave();
        var error = Libc.TakeError(_descriptor);
        if (error == SocketError.Success)
        {
            _events.OnConnected(new ConnectedDescriptor(_descriptor, _peer));
            return;
        }

        _ = Libc.Close(_descriptor);
        _events.OnConnectFailed(error);
    }

    /// <summary>Calls connect(2); also one that succeeds at once is told by the first event.</summary>
    private void Begin(EndPoint endPoint)
    {
        var address = endPoint.Serialize();
        fixed (byte* bytes = address.Buffer.Span)
        {
            if (Libc.Connect(_descriptor, bytes, address.Size) == 0) return;
        }

        // Interrupted, it goes on all the same.
        var error = Marshal.GetLastPInvokeError();
        if (error is not (Errno.InProgress or Errno.Interrupted)) throw new SocketException((int)Errno.ToSocketError(error));
    }

    /// <summary>Takes the descriptor out of epoll: whoever has it next registers it anew.</summary>
    private void Leave()
    {
        _ended = true;
        _backend.Remove(_descriptor, _slot);
        _backend.FreeSlot(_slot);
    }
}
