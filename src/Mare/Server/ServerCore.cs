// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using Lori;
using Mare.Protocol;
using Microsoft.Extensions.Logging;

namespace Mare;

/// <summary>Is what all connections of a server share: options, factory, counts.</summary>
[SuppressMessage("Security", "CA5394", Justification = "Jitter is no secret; nor is the mark of a ping, whose forging would lie about the forger only.")]
[SuppressMessage("Reliability", "CA1001", Justification = "Its token source has no timer and no handle; the token may outlive the server.")]
internal sealed class ServerCore
{
    // Room to spare, so that the counts of two loops rarely share a cache line.
    private const int CountedKinds = 32;

    private readonly Func<UpgradeRequest, WebSocketActor?> _factory;
    private readonly LimitLog _limitLog;
    private readonly OpenCount[] _open;
    private readonly long[][] _counts; // one array a loop, which is its one writer, and one for all that happens elsewhere
    private readonly Random[] _randoms; // one a loop
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _givenUp = new();
    private int _live = 1; // the server itself counts until it stops
    private bool _isStopping;
    private LoopDrain[]? _drains; // one a loop, once it drains

    public ServerCore(WebSocketServerOptions options, EventLoopGroup loops, Func<UpgradeRequest, WebSocketActor?> factory)
    {
        Options = options;
        Logger = new FailureLogger(options.LoggerFactory.CreateLogger<WebSocketServer>(), loops.Loops[0].TimeProvider);
        MessageLimits = new MessageLimits { MaxMessageBytes = options.MaxMessageSize, MaxFragments = options.MaxFragments, MaxInflateRatio = options.Compression.MaxInflateRatio };
        HandshakeLimits = new HandshakeLimits { MaxHeadBytes = options.MaxHandshakeSize };
        if (options.Compression.Mode != CompressionMode.Off)
        {
            Compression = new ServerCompression(options.Compression, loops.Loops.Count);
            if (!DeflateProvider.IsNativeSupported) Log.CompressionFallsBack(Logger);
        }

        _factory = factory;
        _open = new OpenCount[loops.Loops.Count];
        _counts = new long[loops.Loops.Count + 1][];
        for (var i = 0; i < _counts.Length; i++) _counts[i] = new long[CountedKinds];
        _randoms = new Random[loops.Loops.Count];
        for (var i = 0; i < _randoms.Length; i++) _randoms[i] = options.RandomSeed is { } seed ? new Random(seed + i) : new Random();
        PingMark = (uint)_randoms[0].Next();
        PingMask = _randoms[0].NextInt64();
        Admission = new Admission(options.ConnectionLimits);
        Rates = new ServerRates(options.RateLimits, loops.Loops[0].TimeProvider.TimestampFrequency);
        _limitLog = new LimitLog(Logger, loops.Loops[0].TimeProvider);
        Hosts = new HostPolicy(options.AllowedHosts);
        Forwarding = new ForwardingPolicy(options.Forwarded);
        Origins = new OriginPolicy(options.AllowedOrigins, options.AllowAnyOrigin);
    }

    public WebSocketServerOptions Options { get; }

    public ILogger Logger { get; }

    public MessageLimits MessageLimits { get; }

    public HandshakeLimits HandshakeLimits { get; }

    /// <summary>Gets what begins the payload of an automatic ping.</summary>
    public uint PingMark { get; }

    /// <summary>Gets what hides the time in it.</summary>
    public long PingMask { get; }

    /// <summary>Gets what counts connections against their limits.</summary>
    public Admission Admission { get; }

    /// <summary>Gets how fast clients may send.</summary>
    public ServerRates Rates { get; }

    public HostPolicy Hosts { get; }

    public OriginPolicy Origins { get; }

    public ForwardingPolicy Forwarding { get; }

    /// <summary>Gets what compresses; null when nothing does.</summary>
    public ServerCompression? Compression { get; }

    /// <summary>Gets what is cancelled when the server stops and waits no longer.</summary>
    public CancellationToken GivenUp => _givenUp.Token;

    public bool IsStopping => Volatile.Read(ref _isStopping);

    /// <summary>Gets whether no connection is opened any more.</summary>
    public bool IsDraining => Volatile.Read(ref _drains) is not null || IsStopping;

    /// <summary>Gets how many connections are open. Any thread; each loop counts for itself, this sums.</summary>
    public long OpenConnections
    {
        get
        {
            var sum = 0L;
            foreach (ref readonly var count in _open.AsSpan()) sum += Volatile.Read(in count.Value);
            return sum;
        }
    }

    /// <summary>Gets how many TCP connections there are, open or not.</summary>
    public int LiveConnections => Volatile.Read(ref _live) - (IsStopping ? 0 : 1);

    public WebSocketActor? CreateActor(UpgradeRequest request) => _factory(request);

    /// <summary>Makes the connection of an accepted socket; null when the server stops, or has as many as it may. Any thread.</summary>
    /// <param name="isEncrypted">Whether what is below is TLS; null when that cannot be known.</param>
    public WebSocketConnection? Accept(bool? isEncrypted)
    {
        if (IsStopping) return null;
        if (Admission.TryTakeSocket()) return new WebSocketConnection(this, isEncrypted);
        Count(null, Counted.TcpConnectionRefused);
        return null;
    }

    public void ConnectionStarted() => Interlocked.Increment(ref _live);

    public void ConnectionEnded()
    {
        if (Interlocked.Decrement(ref _live) == 0) _empty.TrySetResult();
    }

    public void CountOpen(EventLoop loop, int change)
    {
        ref var count = ref _open[loop.Id].Value;
        Volatile.Write(ref count, count + change);
    }

    /// <summary>Draws for jitter: 0 or more, less than 1. On the loop.</summary>
    public double NextRandom(EventLoop loop) => _randoms[loop.Id].NextDouble();

    /// <summary>Opens no more connections from now on.</summary>
    public void BeginDrain(LoopDrain[] drains) => Volatile.Write(ref _drains, drains);

    /// <summary>Hears that a connection that was open has ended. On its loop.</summary>
    public void OpenConnectionEnded(WebSocketConnection connection)
    {
        var loop = connection.Tcp.Loop;
        CountOpen(loop, -1);
        Volatile.Read(ref _drains)?[loop.Id].Ended(connection);
    }

    /// <summary>Calls for each connection of this server on a loop. On the loop.</summary>
    public void ForEachConnection(EventLoop loop, Action<WebSocketConnection> action) => loop.ForEachConnection(
        static (tcp, s) =>
        {
            if (tcp.Events is WebSocketConnection connection && ReferenceEquals(connection.Server, s.server)) s.action(connection);
        },
        (server: this, action));

    /// <summary>Drops the connections of this server whose TLS handshake is under way. On the loop.</summary>
    public void DropStarting(EventLoop loop) =>
        loop.DropStarting(static (events, me) => events is WebSocketConnection connection && ReferenceEquals(connection.Server, me), this);

    /// <summary>Brings them into a random order. On the loop.</summary>
    public void Shuffle(EventLoop loop, WebSocketConnection[] connections) => _randoms[loop.Id].Shuffle(connections);

    /// <summary>Counts one more, or several.</summary>
    /// <param name="loop">The loop that this runs on; null elsewhere.</param>
    /// <param name="what">What is counted.</param>
    /// <param name="times">How often it happened.</param>
    public void Count(EventLoop? loop, Counted what, long times = 1)
    {
        _limitLog.Met(what);
        if (loop is null)
        {
            Interlocked.Add(ref _counts[^1][(int)what], times);
            return;
        }

        ref var count = ref _counts[loop.Id][(int)what];
        Volatile.Write(ref count, count + times);
    }

    /// <summary>Sums what the loops have counted. Any thread.</summary>
    public long Sum(Counted what)
    {
        var sum = 0L;
        foreach (var counts in _counts) sum += Volatile.Read(ref counts[(int)what]);
        return sum;
    }

    /// <summary>Takes no connection from now on.</summary>
    /// <returns>A task that ends when the last one has.</returns>
    public Task StopAsync()
    {
        Volatile.Write(ref _isStopping, true);
        ConnectionEnded();
        return _empty.Task;
    }

    public void GiveUp() => _givenUp.Cancel();

    /// <summary>Keeps the counts of different loops in different cache lines.</summary>
    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit, Size = 128)]
    private struct OpenCount
    {
        [System.Runtime.InteropServices.FieldOffset(0)]
        public long Value;
    }
}
