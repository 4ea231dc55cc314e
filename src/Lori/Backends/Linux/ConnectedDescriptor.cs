// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Backends.Linux;

/// <summary>Is a connected socket, as a bare descriptor, on its way to a loop.</summary>
internal sealed class ConnectedDescriptor(int descriptor, SocketAddressBytes address) : AcceptedSocket
{
    public SocketAddressBytes Address => address;

    public override EndPoint? RemoteEndPoint => address.ToEndPoint();

    /// <summary>Takes the descriptor out of a socket that someone else made; its object is not to be used any more.</summary>
    public static ConnectedDescriptor Adopt(Socket socket)
    {
        var peer = default(SocketAddressBytes);
        if (socket.RemoteEndPoint is IPEndPoint remote) peer = SocketAddressBytes.Of(remote);
        var adopted = (int)socket.Handle;
        socket.SafeHandle.SetHandleAsInvalid(); // the descriptor is ours now
        return new ConnectedDescriptor(adopted, peer);
    }

    /// <summary>Gives the descriptor to its new owner.</summary>
    public int Take()
    {
        var taken = descriptor;
        descriptor = -1;
        return taken;
    }

    public override void Dispose()
    {
        if (descriptor >= 0) _ = Libc.Close(Take());
    }
}
