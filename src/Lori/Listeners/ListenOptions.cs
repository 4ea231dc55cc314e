// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori;

/// <summary>Says where and how to listen. Copied when listening starts.</summary>
public sealed class ListenOptions
{
    /// <summary>
    /// Gets or sets the host: a name, of which every address is listened on; an IPv4 or IPv6 address; "*" for every address
    /// of the machine (one dual-stack socket). Default "localhost". Not used when <see cref="UnixSocketPath"/> is set.
    /// </summary>
    public string Host { get; set; } = "localhost";

    /// <summary>Gets or sets the port, 0 to 65,535. Default 0: the system chooses one, the same for every address of the host.</summary>
    public int Port { get; set; }

    /// <summary>Gets or sets the path of a Unix domain socket to listen on instead. Default null. The file is removed at the end.</summary>
    public string? UnixSocketPath { get; set; }

    /// <summary>
    /// Gets or sets the name of listening sockets that a service manager has handed to this process, to listen on instead: see
    /// <see cref="InheritedSockets"/>, and "*" for all. Default null. Where there is none, listening fails.
    /// </summary>
    /// <remarks>Their addresses, backlog and, for a Unix domain socket, the file are the service manager's.</remarks>
    public string? InheritedSocket { get; set; }

    /// <summary>Gets or sets which addresses of the host are listened on. Default <see cref="IPVersion.Any"/>.</summary>
    public IPVersion IPVersion { get; set; }

    /// <summary>Gets or sets how many connections the kernel holds until they are accepted. 1 to 65,535, default 1,024; the system may cap it.</summary>
    public int Backlog { get; set; } = 1024;

    /// <summary>Gets or sets how TLS is spoken. Default null: not at all.</summary>
    public TlsServerOptions? Tls { get; set; }

    /// <summary>Gets or sets how accepted connections behave.</summary>
    public TcpConnectionOptions Connection { get; set; } = new();

    /// <summary>Gets or sets which proxies tell the addresses of their clients. Default: none.</summary>
    public ProxyProtocolOptions ProxyProtocol { get; set; } = new();

    internal ListenOptions Clone()
    {
        var copy = (ListenOptions)MemberwiseClone();
        copy.ProxyProtocol = ProxyProtocol.Clone();
        copy.Connection = Connection.Clone();
        copy.Tls = Tls?.Clone();
        return copy;
    }

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Connection);
        if (InheritedSocket is not null) ArgumentException.ThrowIfNullOrWhiteSpace(InheritedSocket);
        if (UnixSocketPath is null) ArgumentException.ThrowIfNullOrWhiteSpace(Host);
        else if (!IsSocketPath(UnixSocketPath))
            throw new ArgumentException("UnixSocketPath must be a path of 1 to 107 bytes.", nameof(UnixSocketPath));
        if (Port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
            throw new ArgumentOutOfRangeException(nameof(Port), Port, "ListenOptions.Port must be 0 to 65,535.");
        if (!Enum.IsDefined(IPVersion))
            throw new ArgumentOutOfRangeException(nameof(IPVersion), IPVersion, "ListenOptions.IPVersion must be Any, IPv4 or IPv6.");
        if (Backlog is < 1 or > 65535)
            throw new ArgumentOutOfRangeException(nameof(Backlog), Backlog, "ListenOptions.Backlog must be 1 to 65,535.");
        Connection.Validate();
        Tls?.Validate();
        ArgumentNullException.ThrowIfNull(ProxyProtocol);
        ProxyProtocol.Validate();
    }

    internal static bool IsSocketPath(string path)
    {
        try
        {
            _ = new UnixDomainSocketEndPoint(path);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
