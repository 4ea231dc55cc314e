// SPDX-License-Identifier: MIT
using System.Net;

namespace Lori;

/// <summary>Is what a PROXY protocol header says. Immutable.</summary>
internal sealed class ProxyHeader
{
    /// <summary>Says nothing of a client: the proxy speaks for itself (a health check), or does not know for whom.</summary>
    public static readonly ProxyHeader Local = new();

    private ProxyHeader()
    {
    }

    /// <summary>Makes the header of a client.</summary>
    /// <param name="source">Its address; null when it came over a Unix domain socket.</param>
    /// <param name="destination">The address that it connected to; null as above.</param>
    /// <param name="isEncrypted">Whether it speaks TLS with the proxy; null when the header does not say.</param>
    public ProxyHeader(IPEndPoint? source, IPEndPoint? destination, bool? isEncrypted)
    {
        IsProxied = true;
        Source = source;
        Destination = destination;
        IsEncrypted = isEncrypted;
    }

    /// <summary>Gets whether there is a client behind the proxy, of which the rest tells.</summary>
    public bool IsProxied { get; }

    public IPEndPoint? Source { get; }

    public IPEndPoint? Destination { get; }

    public bool? IsEncrypted { get; }
}
