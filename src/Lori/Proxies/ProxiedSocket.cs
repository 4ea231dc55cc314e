// SPDX-License-Identifier: MIT
using System.Net;
using Lori.Backends;

namespace Lori;

/// <summary>Is a connection whose PROXY header was taken, on its way to its actor. On its loop.</summary>
internal sealed class ProxiedSocket(ProxyTransport transport, ProxyConnectionInfo info) : AcceptedSocket
{
    public override EndPoint? RemoteEndPoint => transport.RemoteEndPoint;

    public ProxyConnectionInfo Info => info;

    public Transport Attach(ITransportEvents events)
    {
        transport.HandOver(events);
        return transport;
    }

    public override void Dispose() => transport.Close(reset: false);
}
