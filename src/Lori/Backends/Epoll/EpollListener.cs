// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Lori.Backends.Linux;

namespace Lori.Backends.Epoll;

/// <summary>Accepts from a listening socket.</summary>
internal sealed unsafe class EpollListener : BackendListener, IEpollTarget
{
    // As many as a turn takes from one listener, so that a flood of connects leaves time for those that are open.
    private const int MaxAcceptsPerTurn = 64;

    private readonly DescriptorReserve _reserve = new();
    private readonly EpollBackend _backend;
    private readonly Socket _socket;
    private readonly int _descriptor;
    private readonly IListenerEvents _events;
    private readonly int _slot;
    private bool _accepting = true;
    private bool _closed;

    public EpollListener(EpollBackend backend, Socket socket, IListenerEvents events)
    {
        _backend = backend;
        _socket = socket;
        _descriptor = (int)socket.Handle;
        _events = events;
        _ = _reserve.TryFill();
        LocalEndPoint = socket.LocalEndPoint!;
        try
        {
            _slot = backend.Register(this, _descriptor, Libc.EpollIn);
        }
        catch
        {
            _reserve.Release();
            socket.Dispose();
            throw;
        }
    }

    public override EndPoint LocalEndPoint { get; }

    public override void SetAccepting(bool accepting)
    {
        if (_closed || accepting == _accepting) return;
        _accepting = accepting;
        try
        {
            // Once: a hang-up, which cannot be masked (another process has shut the socket down), would come again and again.
            _backend.Change(_descriptor, _slot, accepting ? Libc.EpollIn : Libc.EpollOneShot);
        }
        catch (Win32Exception)
        {
            // Somebody has closed the descriptor under us: the failure of accepting, which is told, says so.
        }
    }

    public override void Close()
    {
        if (_closed) return;
        _closed = true;
        // The slot is not reused: listeners are few, and an event of this turn may still name it.
        _backend.Remove(_descriptor, _slot);
        _socket.Dispose();
        _reserve.Release();
        ListeningSocket.RemovePath(LocalEndPoint);
    }

    public void OnEvents(uint events)
    {
        if (!_accepting || _closed) return;
        if (!_reserve.TryFill())
        {
            Fail(SocketError.TooManyOpenSockets);
            return;
        }

        var address = default(SocketAddressBytes);
        for (var i = 0; i < MaxAcceptsPerTurn && _accepting && !_closed; i++)
        {
            var length = SocketAddressBytes.Size;
            var descriptor = Libc.Accept(_descriptor, (byte*)&address, &length, Libc.SockNonblockCloexec);
            if (descriptor >= 0)
            {
                _events.OnAccepted(new ConnectedDescriptor(descriptor, address));
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            switch (error)
            {
                case Errno.Again:
                    return;
                case Errno.TooManyFiles or Errno.FileTableFull:
                    Fail(SocketError.TooManyOpenSockets);
                    return;
                case Errno.NoBuffers or Errno.NoMemory:
                    Fail(SocketError.NoBufferSpaceAvailable);
                    return;
                case Errno.Invalid or Errno.BadDescriptor:
                    // The socket listens no more, and every accept would fail: another process has shut it down.
                    Fail(Errno.ToSocketError(error));
                    return;
                default:
                    // accept(2): errors of the new connection itself (aborted, network down ...) come here; try the next.
                    continue;
            }
        }
    }

    private void Fail(SocketError error)
    {
        _reserve.Release();
        _events.OnAcceptFailed(error);
    }
}
