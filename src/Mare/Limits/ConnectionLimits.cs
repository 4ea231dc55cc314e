// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>
/// Bounds how many connections a server has, in all and for each client address. Each limit has a counter in
/// <see cref="WebSocketServer.Statistics"/>, and a log line when it is met, one a minute at most.
/// </summary>
public sealed class ConnectionLimits
{
    /// <summary>
    /// Gets or sets how many WebSocket connections may be open, those whose request is being decided on included. 1 or more,
    /// default 100,000. Another upgrade is answered by 503.
    /// </summary>
    /// <remarks>
    /// An idle connection costs about 1 KB here and some 2 KB in the kernel, and a descriptor: raise the system's limit on those
    /// (<c>ulimit -n</c>) with this.
    /// </remarks>
    public int MaxConnections { get; set; } = 100_000;

    /// <summary>
    /// Gets or sets how many TCP connections one client address may have, whatever they are used for. 1 or more, default 1,000;
    /// <see cref="int.MaxValue"/> switches it off. One more is answered by 429 and ended, at once where the address is the
    /// socket's own.
    /// </summary>
    /// <remarks>
    /// IPv6 addresses count by their first 64 bits, which one client has to itself; a Unix domain socket has no address and is
    /// not counted. Offices and mobile networks share addresses: hundreds of people may have one. Behind a proxy all clients
    /// have the proxy's, unless it says whose they are. Costs 8 bytes a connection and about 40 an address.
    /// </remarks>
    public int MaxConnectionsPerAddress { get; set; } = 1000;

    /// <summary>
    /// Gets or sets whether <see cref="MaxConnectionsPerAddress"/> counts clients of this very machine (127.0.0.0/8, ::1) too.
    /// Default false: they are a proxy in front, or a test.
    /// </summary>
    public bool CountLoopback { get; set; }

    /// <summary>
    /// Gets or sets how many connections may be at their request at once: connected and not answered yet. 1 or more, default
    /// 10,000. Another is answered by 503 and ended at once.
    /// </summary>
    /// <remarks>
    /// Each lasts <see cref="WebSocketServerOptions.HandshakeTimeout"/> at most and may hold up to twice
    /// <see cref="WebSocketServerOptions.MaxHandshakeSize"/> until its request is whole; while an async actor decides, what the
    /// client sent early: 16 KiB and one receive buffer (<see cref="Lori.EventLoopOptions.ReceiveBufferSize"/>), in 512 KiB by
    /// default. Who comes back after a restart is here for milliseconds.
    /// </remarks>
    public int MaxHandshakes { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets how many TCP connections there may be at all: open, at their request, asking for plain HTTP, closing. 1 or
    /// more; default null: <see cref="MaxConnections"/> and <see cref="MaxHandshakes"/> together. One more is closed as soon as
    /// it is accepted, without an answer and before TLS.
    /// </summary>
    public int? MaxTcpConnections { get; set; }

    internal ConnectionLimits CloneAndValidate()
    {
        if (MaxConnections < 1) throw Out(nameof(MaxConnections), MaxConnections);
        if (MaxConnectionsPerAddress < 1) throw Out(nameof(MaxConnectionsPerAddress), MaxConnectionsPerAddress);
        if (MaxHandshakes < 1) throw Out(nameof(MaxHandshakes), MaxHandshakes);
        if (MaxTcpConnections < 1) throw Out(nameof(MaxTcpConnections), MaxTcpConnections);
        var copy = (ConnectionLimits)MemberwiseClone();
        copy.MaxTcpConnections ??= (int)Math.Min(int.MaxValue, (long)MaxConnections + MaxHandshakes);
        return copy;
    }

    private static ArgumentOutOfRangeException Out(string name, object? value) =>
        new(name, value, $"{nameof(ConnectionLimits)}.{name} is out of its range; see its documentation.");
}
