// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using Lori;
using Mare.Protocol;
using Microsoft.Extensions.Logging;

namespace Mare;

/// <summary>Is what all connections of a server share: options, factory, counts.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "Its token source has no timer and no handle; the token may outlive the server.")]
internal sealed class ServerCore
{
    private readonly Func<UpgradeRequest, WebSocketActor?> _factory;
    private readonly OpenCount[] _open;
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _givenUp = new();
    private int _live = 1; // the server itself counts until it stops
    private bool _isStopping;

    public ServerCore(WebSocketServerOptions options, EventLoopGroup loops, Func<UpgradeRequest, WebSocketActor?> factory)
    {
        Options = options;
        Logger = options.LoggerFactory.CreateLogger<WebSocketServer>();
        MessageLimits = new MessageLimits { MaxMessageBytes = options.MaxMessageSize, MaxFragments = options.MaxFragments, MaxInflateRatio = options.Compression.MaxInflateRatio };
        HandshakeLimits = new HandshakeLimits { MaxHeadBytes = options.MaxHandshakeSize };
        if (options.Compression.Mode != CompressionMode.Off)
        {
            Compression = new ServerCompression(options.Compression, loops.Loops.Count);
            if (!DeflateProvider.IsNativeSupported) Log.CompressionFallsBack(Logger);
        }

        _factory = factory;
        _open = new OpenCount[loops.Loops.Count];
    }

    public WebSocketServerOptions Options { get; }

    public ILogger Logger { get; }

    public MessageLimits MessageLimits { get; }

    public HandshakeLimits HandshakeLimits { get; }

    /// <summary>Gets what compresses; null when nothing does.</summary>
    public ServerCompression? Compression { get; }

    /// <summary>Gets what is cancelled when the server stops and waits no longer.</summary>
    public CancellationToken GivenUp => _givenUp.Token;

    public bool IsStopping => Volatile.Read(ref _isStopping);

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

    /// <summary>Makes the connection of an accepted socket; null when the server stops.</summary>
    public WebSocketConnection? Accept() => IsStopping ? null : new WebSocketConnection(this);

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
