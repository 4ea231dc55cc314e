// SPDX-License-Identifier: MIT
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lori.Backends.Linux;

namespace Lori.Backends.IoUring;

/// <summary>Is an attempt to connect under io_uring.</summary>
internal sealed unsafe class IoUringConnect : PendingConnect, IIoUringTarget
{
    // struct sockaddr_storage: any address.
    private const int LongestAddress = 128;

    private readonly IoUringBackend _backend;
    private readonly IConnectEvents _events;
    private readonly SocketAddressBytes _peer;
    private readonly byte[] _address = GC.AllocateArray<byte>(LongestAddress, pinned: true); // read when the submission is taken
    private readonly int _descriptor;
    private readonly int _slot;
    private bool _told;
    private bool _abandoned;

    public IoUringConnect(IoUringBackend backend, EndPoint endPoint, TcpConnectionOptions options, IConnectEvents events)
    {
        _backend = backend;
        _events = events;
        if (endPoint is IPEndPoint ip) _peer = SocketAddressBytes.Of(ip);
        var address = endPoint.Serialize();
        address.Buffer.Span[..address.Size].CopyTo(_address);
        var socket = ConnectionSocket.Open(endPoint, options);
        _descriptor = (int)socket.Handle;
        socket.SafeHandle.SetHandleAsInvalid(); // the descriptor is ours now
        _slot = backend.Register(this);
        var submission = backend.Submit(Opcode.Connect, _descriptor, _slot, Operation.Connect);
        submission->Address = (ulong)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_address));
        submission->Offset = (ulong)address.Size;
    }

    public override void Abandon()
    {
        if (_told || _abandoned) return;
        _abandoned = true;
        _backend.Cancel(_slot, Operation.Connect);
    }

    public void OnCompleted(Operation operation, int result, uint flags)
    {
        _told = true;
        _backend.Unregister(_slot);
        if (result == 0 && !_abandoned)
        {
            _events.OnConnected(new ConnectedDescriptor(_descriptor, _peer));
            return;
        }

        // Cancelled, or too late.
        _ = Libc.Close(_descriptor);
        if (!_abandoned) _events.OnConnectFailed(Errno.ToSocketError(-result));
    }

    public void OnRingClosed() => _ = Libc.Close(_descriptor);
}
