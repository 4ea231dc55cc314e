// SPDX-License-Identifier: MIT
using System.Numerics;
using Lori;
using Mare.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mare;

/// <summary>Says where a server listens and what it allows. Copied, and checked, when the server starts.</summary>
public sealed class WebSocketServerOptions
{
    // What .NET's timers bear (2^31 milliseconds), rounded down.
    internal static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(24);

    /// <summary>
    /// Gets or sets the host: a name, of which every address is listened on; an address; or "*" for every address of the
    /// machine. Default "localhost": reachable from this machine only.
    /// </summary>
    public string Host { get; set; } = "localhost";

    /// <summary>Gets or sets the port, 0 to 65,535. Default 8080; 0 lets the system choose one, see <see cref="WebSocketServer.EndPoints"/>.</summary>
    public int Port { get; set; } = 8080;

    /// <summary>Gets or sets which addresses of the host are listened on: IPv4, IPv6 or, the default, both.</summary>
    public IPVersion IPVersion { get; set; }

    /// <summary>Gets or sets the path of a Unix domain socket to listen on instead of host and port: not empty, at most 107 bytes. Default null.</summary>
    public string? UnixSocketPath { get; set; }

    /// <summary>
    /// Gets or sets the name of listening sockets that a service manager has handed to this process (systemd's socket
    /// activation), to listen on instead: see <see cref="InheritedSockets"/>, and "*" for all. Default null. Where there is none,
    /// the server does not start.
    /// </summary>
    public string? InheritedSocket { get; set; }

    /// <summary>
    /// Gets or sets how TLS is spoken (<c>wss://</c>). Default null: not at all. Where its
    /// <see cref="TlsServerOptions.ApplicationProtocols"/> are empty they become "http/1.1", and who sends a plain HTTP request is
    /// answered by 400.
    /// </summary>
    public TlsServerOptions? Tls { get; set; }

    /// <summary>
    /// Gets or sets several end points, with and without TLS and over Unix domain sockets. Default none: there is one, which
    /// <see cref="Host"/>, <see cref="Port"/>, <see cref="IPVersion"/>, <see cref="UnixSocketPath"/>,
    /// <see cref="InheritedSocket"/>, <see cref="Tls"/> and <see cref="ProxyProtocol"/> say; these are not used otherwise.
    /// </summary>
    public IReadOnlyList<WebSocketEndPointOptions> EndPoints { get; set; } = [];

    /// <summary>Gets or sets how many connections the kernel holds until they are accepted. 1 to 65,535, default 1,024.</summary>
    public int Backlog { get; set; } = 1024;

    /// <summary>
    /// Gets or sets which proxies tell the addresses of their clients by the PROXY protocol, ahead of all else. Default: none.
    /// <see cref="WebSocketConnection.RemoteEndPoint"/> is then the client's, and counts for limits.
    /// </summary>
    public ProxyProtocolOptions ProxyProtocol { get; set; } = new();

    /// <summary>Gets or sets how many event loops run, 1 to 1,024. Default 0: one for each processor. Not used with <see cref="EventLoops"/>.</summary>
    public int Loops { get; set; }

    /// <summary>Gets or sets the loops to run on. Default null: the server starts its own, and ends them with itself.</summary>
    public EventLoopGroup? EventLoops { get; set; }

    /// <summary>Gets or sets how the kernel is reached. Default <see cref="BackendKind.Auto"/>. Not used with <see cref="EventLoops"/>.</summary>
    public BackendKind Backend { get; set; }

    /// <summary>
    /// Gets or sets the longest message that is taken, in bytes: 1 to 2,147,483,591, default 1,048,576. A longer one closes
    /// with 1009 as soon as its length is known. A connection may hold twice this much while a message arrives, three times
    /// while its buffer grows; <see cref="MaxPartialBytes"/> has to have room for that.
    /// </summary>
    public long MaxMessageSize { get; set; } = MessageLimits.DefaultMaxMessageBytes;

    /// <summary>
    /// Gets or sets into how many fragments a message may be split: 1 or more, default 16,384. More close with 1009.
    /// </summary>
    public int MaxFragments { get; set; } = MessageLimits.DefaultMaxFragments;

    /// <summary>
    /// Gets or sets how many bytes one loop holds for messages that have not arrived whole, counted by the buffers that they are
    /// in: as much as one message of <see cref="MaxMessageSize"/> takes, at most three times that, or more. Default 268,435,456
    /// (256 MiB). The connection that would exceed it is closed with 1013. Not used with <see cref="EventLoops"/>.
    /// </summary>
    public long MaxPartialBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>
    /// Gets or sets the longest request head, in bytes: 128 to 65,536, default 8,192. A longer one is answered by 431, as is one of
    /// more than 100 header lines; a target longer than 4,096 bytes by 414.
    /// </summary>
    public int MaxHandshakeSize { get; set; } = 8192;

    /// <summary>
    /// Gets or sets the origins whose pages may connect besides the server's own, such as "https://example.com" or
    /// "https://example.com:8443", each in full, by its punycode ("xn--...") where it is not ASCII; "null" for pages without one.
    /// Default none: a request whose <c>Origin</c> has another scheme, host or port than the request itself is answered by 403.
    /// Without <c>Origin</c> it is no browser, and passes.
    /// </summary>
    /// <remarks>
    /// A page of any site may open a WebSocket to any server, and brings the user's cookies: this check is what holds it off.
    /// The own origin is <c>http</c>, or <c>https</c> on an end point with TLS, and the request's <c>Host</c>; where something
    /// else may speak TLS in front (a Unix domain socket, a proxy of <see cref="ProxyProtocol"/> or <see cref="Forwarded"/>,
    /// <see cref="WebSocketServer.ServeAsync(Stream, System.Net.EndPoint?, System.Net.EndPoint?)"/>), <c>https</c> as well, unless
    /// that says which. Behind any other proxy, name the public origin here. RFC 6455, section 10.2.
    /// </remarks>
    public IReadOnlyList<string> AllowedOrigins { get; set; } = [];

    /// <summary>
    /// Gets or sets whether pages of every origin may connect. Default false. True is for servers that know nobody by a cookie
    /// or by an address: what any page may do with them, it may do in the name of whoever looks at it.
    /// </summary>
    public bool AllowAnyOrigin { get; set; }

    /// <summary>
    /// Gets or sets the hosts by which the server may be asked for, such as "example.com" (any port) or "localhost:8080" (who names
    /// no port asks for 443 under TLS, else for 80), each in full, by its punycode ("xn--...") where it is not ASCII. Default
    /// none: any. Another host is answered by 421, plain requests too.
    /// </summary>
    /// <remarks>
    /// A page whose own name is made to point at this machine (DNS rebinding) passes for the same origin: its <c>Host</c>
    /// gives it away. Name the hosts of a server that listens on localhost or in a private network. A health check that asks by
    /// address needs that address named.
    /// </remarks>
    public IReadOnlyList<string> AllowedHosts { get; set; } = [];

    /// <summary>
    /// Gets or sets which HTTP proxies in front are believed when they say whose request they forward, and whether by TLS. Default: none.
    /// </summary>
    public ForwardedOptions Forwarded { get; set; } = new();

    /// <summary>Gets or sets how long a client may take to send its request. More than zero, at most 24 days; default 10 seconds; then it is answered by 408.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long a peer may take to answer a close frame. More than zero, at most 24 days; default 5 seconds; then TCP is closed.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets after which time without a byte in either direction OnIdleTimeout comes. At most 24 days; default
    /// <see cref="Timeout.InfiniteTimeSpan"/>: never. Automatic pings and their answers are bytes too; see <see cref="KeepAliveOptions.Interval"/>.
    /// </summary>
    public TimeSpan IdleTimeout { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>Gets or sets how many connections there may be: in all, at their request, from one address.</summary>
    public ConnectionLimits ConnectionLimits { get; set; } = new();

    /// <summary>Gets or sets how fast a client may send: messages, bytes, control frames.</summary>
    public RateLimits RateLimits { get; set; } = new();

    /// <summary>Gets or sets how often clients are pinged, and how long they may take to answer.</summary>
    public KeepAliveOptions KeepAlive { get; set; } = new();

    /// <summary>Gets or sets what jitter is drawn from: the same seed, the same jitter, for tests. Default null: another each time.</summary>
    public int? RandomSeed { get; set; }

    /// <summary>Gets or sets how long a graceful stop waits for connections to close. Zero to 24 days; default 5 seconds; then they are dropped.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how the server drains, also when a signal ends it: over which time, with which code, how long it waits.</summary>
    public DrainOptions Drain { get; set; } = new();

    /// <summary>
    /// Gets or sets what answers requests that are no upgrade (a health check, a landing page, <see cref="StaticFiles"/>): GET
    /// and HEAD, without a body. Default null: they are answered by 426.
    /// </summary>
    /// <remarks>
    /// Called on the connection's loop, where its awaits come back to; on several loops at once, so what it shares must bear
    /// that. It answers null for 404, within <see cref="HandshakeTimeout"/>, else the client gets 503 and the token is
    /// cancelled, as when the client is gone. An exception is logged and answered by 500. Other methods are answered by 405, a
    /// body by 413; both end the connection.
    /// </remarks>
    public Func<PlainRequest, CancellationToken, ValueTask<PlainResponse?>>? HttpHandler { get; set; }

    /// <summary>Gets or sets what bounds plain HTTP: response size, requests of a connection, times.</summary>
    public PlainHttpLimits HttpLimits { get; set; } = new();

    /// <summary>Gets or sets whether and how messages are compressed. Default: not at all.</summary>
    public CompressionOptions Compression { get; set; } = new();

    /// <summary>Gets or sets how TCP connections behave: water marks, queue limit, linger, socket options. Its idle time-out is set from <see cref="IdleTimeout"/>.</summary>
    public TcpConnectionOptions Connection { get; set; } = new();

    /// <summary>
    /// Gets or sets what becomes of a message to a client for which <see cref="TcpConnectionOptions.MaxQueuedBytes"/> wait already.
    /// Default <see cref="SlowPeerPolicy.Refuse"/>: the sender decides.
    /// </summary>
    public SlowPeerPolicy SlowPeerPolicy { get; set; }

    /// <summary>Gets or sets where time comes from. Default <see cref="TimeProvider.System"/>. Not used with <see cref="EventLoops"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gets or sets where log lines go. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    internal WebSocketServerOptions CloneAndValidate()
    {
        ArgumentNullException.ThrowIfNull(Connection);
        ArgumentNullException.ThrowIfNull(ProxyProtocol);
        ArgumentNullException.ThrowIfNull(Forwarded);
        ArgumentNullException.ThrowIfNull(HttpLimits);
        ArgumentNullException.ThrowIfNull(ConnectionLimits);
        ArgumentNullException.ThrowIfNull(RateLimits);
        ArgumentNullException.ThrowIfNull(KeepAlive);
        ArgumentNullException.ThrowIfNull(Drain);
        ArgumentNullException.ThrowIfNull(AllowedOrigins);
        ArgumentNullException.ThrowIfNull(AllowedHosts);
        ArgumentNullException.ThrowIfNull(Compression);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(LoggerFactory);
        ArgumentNullException.ThrowIfNull(EndPoints);
        if (UnixSocketPath is null) ArgumentException.ThrowIfNullOrWhiteSpace(Host);
        if (Port is < 0 or > 65535) throw Out(nameof(Port), Port);
        if (Backlog is < 1 or > 65535) throw Out(nameof(Backlog), Backlog);
        if (Loops is < 0 or > 1024) throw Out(nameof(Loops), Loops);
        if (MaxMessageSize < 1 || MaxMessageSize > Array.MaxLength) throw Out(nameof(MaxMessageSize), MaxMessageSize);
        if (MaxFragments < 1) throw Out(nameof(MaxFragments), MaxFragments);
        if (MaxPartialBytes < 1) throw Out(nameof(MaxPartialBytes), MaxPartialBytes);
        if (EventLoops is null && MaxPartialBytes < LargestMessage(MaxMessageSize))
            throw new ArgumentException($"WebSocketServerOptions.MaxPartialBytes ({MaxPartialBytes}) has no room for one message of MaxMessageSize ({MaxMessageSize}), which takes up to {LargestMessage(MaxMessageSize)} bytes as it arrives.");
        if (MaxHandshakeSize is < 128 or > 65536) throw Out(nameof(MaxHandshakeSize), MaxHandshakeSize);
        if (!IsTimeout(HandshakeTimeout)) throw Out(nameof(HandshakeTimeout), HandshakeTimeout);
        if (!IsTimeout(CloseTimeout)) throw Out(nameof(CloseTimeout), CloseTimeout);
        if (!IsTimeout(IdleTimeout) && IdleTimeout != Timeout.InfiniteTimeSpan) throw Out(nameof(IdleTimeout), IdleTimeout);
        if (StopTimeout != TimeSpan.Zero && !IsTimeout(StopTimeout)) throw Out(nameof(StopTimeout), StopTimeout);
        CheckNames(
            nameof(AllowedOrigins), AllowedOrigins, OriginPolicy.IsValid,
            "an origin is a scheme, a host and perhaps a port, such as \"https://example.com\", without a path", "AllowAnyOrigin allows all");
        CheckNames(
            nameof(AllowedHosts), AllowedHosts, HostPolicy.IsValid,
            "a host is a name or an address, perhaps with a port, such as \"example.com\"", "an empty list allows all");
        if (!Enum.IsDefined(SlowPeerPolicy)) throw Out(nameof(SlowPeerPolicy), SlowPeerPolicy);
        var copy = (WebSocketServerOptions)MemberwiseClone();
        copy.Connection = Connection.Clone();
        copy.ProxyProtocol = ProxyProtocol.Clone();
        copy.Forwarded = Forwarded.CloneAndValidate();
        copy.Connection.DropsOldest = SlowPeerPolicy == SlowPeerPolicy.DropOldest;
        copy.Drain = Drain.CloneAndValidate();
        copy.KeepAlive = KeepAlive.CloneAndValidate(IdleTimeout);
        copy.ConnectionLimits = ConnectionLimits.CloneAndValidate();
        copy.RateLimits = RateLimits.CloneAndValidate();
        copy.HttpLimits = HttpLimits.CloneAndValidate();
        copy.Compression = Compression.CloneAndValidate();
        copy.Connection.IdleTimeout = IdleTimeout;
        copy.Connection.Validate();
        copy.EndPoints = EndPoints.Count == 0
            ? [OwnEndPoint().CloneAndValidate(nameof(WebSocketServerOptions))]
            : [.. EndPoints.Select(static (e, i) => Named(e, i))];
        return copy;
    }

    /// <summary>How much a message may hold as it arrives: a power of two, and half of that, which its buffer was before it grew.</summary>
    internal static long LargestMessage(long bytes)
    {
        var buffer = (long)BitOperations.RoundUpToPowerOf2((ulong)bytes);
        return Math.Min(buffer, Array.MaxLength) + buffer / 2;
    }

    internal ListenOptions ToListenOptions(WebSocketEndPointOptions endPoint) => endPoint.ToListenOptions(Backlog, Connection);

    internal EventLoopOptions ToEventLoopOptions() => new()
    {
        Backend = Backend,
        TimeProvider = TimeProvider,
        LoggerFactory = LoggerFactory,
        MaxPartialBytes = MaxPartialBytes,
    };

    private static void CheckNames(string option, IReadOnlyList<string> names, Func<string?, bool> isValid, string form, string any)
    {
        foreach (var name in names)
        {
            if (!isValid(name))
                throw new ArgumentException($"{nameof(WebSocketServerOptions)}.{option} has \"{name}\": {form}. There are no wildcards: name each host in full, by its punycode (\"xn--...\") where it is not ASCII; {any}.");
        }
    }

    private static WebSocketEndPointOptions Named(WebSocketEndPointOptions endPoint, int index)
    {
        var name = $"WebSocketServerOptions.EndPoints[{index}]";
        return endPoint?.CloneAndValidate(name) ?? throw new ArgumentException($"{name} is null.");
    }

    private WebSocketEndPointOptions OwnEndPoint() => new()
    {
        Host = Host,
        Port = Port,
        UnixSocketPath = UnixSocketPath,
        InheritedSocket = InheritedSocket,
        IPVersion = IPVersion,
        ProxyProtocol = ProxyProtocol,
        Tls = Tls,
    };

    internal static bool IsTimeout(TimeSpan time) => time > TimeSpan.Zero && time <= LongestTimeout;

    private static ArgumentOutOfRangeException Out(string name, object value) =>
        new(name, value, $"{nameof(WebSocketServerOptions)}.{name} is out of its range; see its documentation.");
}
