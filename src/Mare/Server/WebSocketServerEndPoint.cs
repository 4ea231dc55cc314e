// SPDX-License-Identifier: MIT
using System.Net;

namespace Mare;

/// <summary>Names an address on which a server listens.</summary>
public sealed class WebSocketServerEndPoint
{
    internal WebSocketServerEndPoint(EndPoint address, bool isSecure)
    {
        Address = address;
        IsSecure = isSecure;
    }

    /// <summary>Gets the address: an <see cref="IPEndPoint"/>, or a Unix domain socket's.</summary>
    public EndPoint Address { get; }

    /// <summary>Gets whether TLS is spoken there.</summary>
    public bool IsSecure { get; }

    /// <summary>Gets the port; 0 for a Unix domain socket.</summary>
    public int Port => (Address as IPEndPoint)?.Port ?? 0;

    /// <summary>
    /// Gets the URL that a client connects to, such as "ws://127.0.0.1:8080", or "wss://127.0.0.1:8443" with TLS; "ws+unix:PATH" or
    /// "wss+unix:PATH" for a Unix domain socket.
    /// </summary>
    public override string ToString() => $"{(IsSecure ? "wss" : "ws")}{(Address is IPEndPoint ip ? $"://{ip}" : $"+unix:{Address}")}";
}
