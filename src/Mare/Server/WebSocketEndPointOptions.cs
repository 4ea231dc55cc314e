// SPDX-License-Identifier: MIT
using Lori;

namespace Mare;

/// <summary>Says where, and by what, one end point of a server is reached: see <see cref="WebSocketServerOptions.EndPoints"/>.</summary>
public sealed class WebSocketEndPointOptions
{
    /// <summary>
    /// Gets or sets the host: a name, of which every address is listened on; an address; or "*" for every address of the
    /// machine. Default "localhost": reachable from this machine only.
    /// </summary>
    public string Host { get; set; } = "localhost";

    /// <summary>Gets or sets the port, 0 to 65,535. Default 0: the system chooses one, see <see cref="WebSocketServer.EndPoints"/>.</summary>
    public int Port { get; set; }

    /// <summary>Gets or sets which addresses of the host are listened on: IPv4, IPv6 or, the default, both.</summary>
    public IPVersion IPVersion { get; set; }

    /// <summary>Gets or sets the path of a Unix domain socket to listen on instead of host and port: not empty, at most 107 bytes. Default null.</summary>
    public string? UnixSocketPath { get; set; }

    /// <summary>
    /// Gets or sets the name of listening sockets that a service manager has handed to this process, to listen on instead. Default
    /// null. See <see cref="WebSocketServerOptions.InheritedSocket"/>.
    /// </summary>
    public string? InheritedSocket { get; set; }

    /// <summary>Gets or sets how TLS is spoken (<c>wss://</c>). Default null: not at all. See <see cref="WebSocketServerOptions.Tls"/>.</summary>
    public TlsServerOptions? Tls { get; set; }

    /// <summary>
    /// Gets or sets which proxies tell who connects to them (PROXY protocol, versions 1 and 2; before TLS). Default none. See
    /// <see cref="WebSocketServerOptions.ProxyProtocol"/>.
    /// </summary>
    public ProxyProtocolOptions ProxyProtocol { get; set; } = new();

    /// <summary>Copies, and checks, what is here.</summary>
    /// <param name="name">What this is called in messages, such as "WebSocketServerOptions.EndPoints[0]".</param>
    internal WebSocketEndPointOptions CloneAndValidate(string name)
    {
        ArgumentNullException.ThrowIfNull(ProxyProtocol);
        var copy = (WebSocketEndPointOptions)MemberwiseClone();
        copy.ProxyProtocol = ProxyProtocol.Clone();
        copy.Tls = Tls is null ? null : ServerTls.Complete(Tls);
        try
        {
            copy.ToListenOptions(1, new TcpConnectionOptions()).Validate();
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"{name} cannot be listened on: {e.Message}", e);
        }

        return copy;
    }

    internal ListenOptions ToListenOptions(int backlog, TcpConnectionOptions connection) => new()
    {
        Host = Host,
        Port = Port,
        UnixSocketPath = UnixSocketPath,
        InheritedSocket = InheritedSocket,
        IPVersion = IPVersion,
        ProxyProtocol = ProxyProtocol,
        Tls = Tls,
        Backlog = backlog,
        Connection = connection,
    };
}
