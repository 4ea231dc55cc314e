// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Backends.Sockets;

/// <summary>Is a connected socket on its way to a loop.</summary>
internal sealed class SocketsAcceptedSocket : AcceptedSocket
{
    private Socket? _socket;

    public SocketsAcceptedSocket(Socket socket, EndPoint? peer)
    {
        _socket = socket;
        RemoteEndPoint = Unmap(peer);
    }

    public override EndPoint? RemoteEndPoint { get; }

    /// <summary>Gives the socket to its new owner.</summary>
    public Socket Take()
    {
        var taken = _socket!;
        _socket = null;
        return taken;
    }

    public override void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    /// <summary>Gets the peer's own address rather than its form within IPv6; null for a Unix socket, whose peer has no name.</summary>
    internal static EndPoint? Unmap(EndPoint? endPoint) => endPoint switch
    {
        IPEndPoint { Address.IsIPv4MappedToIPv6: true } ip => new IPEndPoint(ip.Address.MapToIPv4(), ip.Port),
        IPEndPoint => endPoint,
        _ => null,
    };
}
