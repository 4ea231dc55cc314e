// SPDX-License-Identifier: MIT
using System.Net;
using Lori.Tls;

namespace Lori;

/// <summary>Says where and how to connect. Copied when connecting starts.</summary>
public sealed class ConnectOptions
{
    // What .NET's timers bear (2^31 milliseconds), rounded down.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(24);

    /// <summary>
    /// Gets or sets the host: an address, or a name, of which each address is tried until one answers. Default "localhost".
    /// Not used when <see cref="UnixSocketPath"/> is set.
    /// </summary>
    public string Host { get; set; } = "localhost";

    /// <summary>Gets or sets the port, 1 to 65,535. Not used when <see cref="UnixSocketPath"/> is set.</summary>
    public int Port { get; set; }

    /// <summary>Gets or sets the path of a Unix domain socket to connect to instead. Default null.</summary>
    public string? UnixSocketPath { get; set; }

    /// <summary>Gets or sets which addresses of the host are tried. Default <see cref="IPVersion.Any"/>.</summary>
    public IPVersion IPVersion { get; set; }

    /// <summary>Gets or sets how TLS is spoken. Default null: not at all.</summary>
    public TlsClientOptions? Tls { get; set; }

    /// <summary>
    /// Gets or sets how long it may take in all: finding the addresses, trying them, and the TLS handshake. More than zero, at most 24 days;
    /// default 10 seconds. <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> leaves it to the system, which gives up
    /// after some two minutes.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how the connection behaves.</summary>
    public TcpConnectionOptions Connection { get; set; } = new();

    /// <summary>Names the target, for messages.</summary>
    public override string ToString() => UnixSocketPath ?? (Host.Contains(':') && Host[0] != '[' ? $"[{Host}]:{Port}" : $"{Host}:{Port}");

    internal ConnectOptions Clone()
    {
        var copy = (ConnectOptions)MemberwiseClone();
        copy.Connection = Connection.Clone();
        copy.Tls = Tls?.Clone();
        return copy;
    }

    internal void Validate()
    {
        if (UnixSocketPath is not null)
        {
            if (!ListenOptions.IsSocketPath(UnixSocketPath))
                throw new ArgumentException("UnixSocketPath must be a path of 1 to 107 bytes.", nameof(UnixSocketPath));
        }
        else
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(Host);
            if (Host.Length > HostAddresses.MaxNameLength)
                throw new ArgumentException($"ConnectOptions.Host must have at most {HostAddresses.MaxNameLength} characters.", nameof(Host));
            if (Port is < 1 or > IPEndPoint.MaxPort)
                throw new ArgumentOutOfRangeException(nameof(Port), Port, "ConnectOptions.Port must be 1 to 65,535.");
        }

        if (!Enum.IsDefined(IPVersion))
            throw new ArgumentOutOfRangeException(nameof(IPVersion), IPVersion, "ConnectOptions.IPVersion must be Any, IPv4 or IPv6.");
        if (Timeout != System.Threading.Timeout.InfiniteTimeSpan && (Timeout <= TimeSpan.Zero || Timeout > LongestTimeout))
            throw new ArgumentOutOfRangeException(nameof(Timeout), Timeout, "ConnectOptions.Timeout must be more than zero and at most 24 days, or infinite.");
        Connection.Validate();
        Tls?.Validate();
        if (Tls is { TargetHost: null } && UnixSocketPath is null && !HostNames.IsHost(Host))
            throw new ArgumentException($"ConnectOptions.Host is \"{Host}\", which is no name and no address of a host that TLS could ask for; correct it, or set Tls.TargetHost.", nameof(Host));
        if (Tls is { TargetHost: null, AcceptAnyCertificate: false } && UnixSocketPath is not null)
            throw new ArgumentException("ConnectOptions.Tls.TargetHost is missing: over a Unix domain socket it is what the certificate is checked against.", nameof(Tls));
    }
}
