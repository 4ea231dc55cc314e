// SPDX-License-Identifier: MIT
using Lori.Tls;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lori;

/// <summary>
/// Speaks TLS as a server, for any number of connections: holds the certificates, so that they are loaded once, and what lets
/// clients resume their sessions. Any thread.
/// </summary>
public sealed class TlsAcceptor
{
    // At the limit this part of the handshakes makes room at once: one for each new connection would take a turn or two each, and
    // whoever opens connections faster than that would keep all others waiting behind them.
    private const int DroppedPart = 16;

    // A server that is short of handshakes is short of them again and again: one line says that it goes on.
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly TlsServerOptions _options;
    private readonly ILogger _logger;
    private readonly TlsTicketKeys _ticketKeys = new();
    private readonly StalledHandshakes _stalled;
    private readonly Lock _gate = new();
    private long _generation; // of all certificates, when they were looked at last
    private CertificateWithChain[] _used = []; // what the context was made of
    private long? _loggedFullAt;
    private TlsStart _start;
    private long _completed;
    private long _failed;
    private long _dropped;
    private int _underWay;
    private Action? _onFull;
    private Action? _onRoom; // to be called once when there is room for one more handshake

    /// <summary>Makes an acceptor.</summary>
    /// <param name="options">How it speaks TLS; copied.</param>
    /// <param name="loggerFactory">Where log lines go. Default: nowhere.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    /// <exception cref="TlsCertificateException">A certificate cannot be used.</exception>
    /// <exception cref="PlatformNotSupportedException">The chosen implementation does not exist on this system.</exception>
    public TlsAcceptor(TlsServerOptions options, ILoggerFactory? loggerFactory = null)
        : this(options, (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Lori.Tls"))
    {
    }

    internal TlsAcceptor(TlsServerOptions options, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Clone();
        _options.Validate();
        _stalled = new StalledHandshakes(Math.Max(1, _options.MaxHandshakes / DroppedPart));
        _logger = logger;
        _generation = TlsCertificate.Generation;
        _start = MakeStart();
        if (_options.Implementation == TlsImplementation.Auto && Implementation == TlsImplementation.SslStream) TlsSelector.LogFallback(logger);
    }

    /// <summary>Gets what has become of the handshakes. The numbers may be of different moments.</summary>
    public TlsStatistics Statistics => new()
    {
        HandshakesUnderWay = Volatile.Read(ref _underWay),
        HandshakesCompleted = Interlocked.Read(ref _completed),
        HandshakesFailed = Interlocked.Read(ref _failed),
        HandshakesDropped = Interlocked.Read(ref _dropped),
    };

    /// <summary>Gets what speaks TLS.</summary>
    public TlsImplementation Implementation => _start.Context.Implementation;

    internal TlsServerOptions Options => _options;

    /// <summary>Gets what a connection starts with: of the certificates as they are now.</summary>
    internal TlsStart Start
    {
        get
        {
            if (Volatile.Read(ref _generation) != TlsCertificate.Generation) Refresh();
            return Volatile.Read(ref _start);
        }
    }

    /// <summary>Gets whether there are files to be looked at now and then.</summary>
    internal bool WatchesFiles =>
        _options.ReloadInterval != Timeout.InfiniteTimeSpan && Certificates().Any(static c => c.IsFromFiles);

    /// <summary>Gets whether one more handshake may begin.</summary>
    internal bool HasRoom => Volatile.Read(ref _underWay) < _options.MaxHandshakes;

    /// <summary>Loads the certificates that are from files anew, now; connections that there are keep what they have.</summary>
    /// <exception cref="TlsCertificateException">One cannot be loaded: it stays what it was. The others are loaded.</exception>
    public void Reload()
    {
        TlsCertificateException? broken = null;
        foreach (var certificate in Certificates())
        {
            try
            {
                certificate.Reload();
            }
            catch (TlsCertificateException e)
            {
                broken ??= e;
            }
        }

        if (broken is not null) throw broken;
    }

    /// <summary>Looks at the files of the certificates, and loads those that have changed.</summary>
    internal void LoadChanged()
    {
        foreach (var certificate in Certificates()) certificate.LoadIfChanged(_logger);
    }

    internal void HandshakeBegan()
    {
        if (Interlocked.Increment(ref _underWay) >= _options.MaxHandshakes) Volatile.Read(ref _onFull)?.Invoke();
    }

    internal void HandshakeEnded(bool succeeded)
    {
        Interlocked.Increment(ref succeeded ? ref _completed : ref _failed);
        Interlocked.Decrement(ref _underWay);
        if (Volatile.Read(ref _onRoom) is not null) TellRoom();
    }

    /// <summary>Hears that a handshake waits for its client too long: it may be given up. On its loop.</summary>
    internal void HandshakeStalled(TlsHandshake handshake)
    {
        _stalled.Add(handshake);
        MakeRoom();
    }

    /// <summary>Hears that a handshake goes on, or has ended. On its loop.</summary>
    internal void HandshakeMoved(TlsHandshake handshake) => _stalled.Remove(handshake);

    /// <summary>Counts a handshake that was given up.</summary>
    internal void CountDropped() => Interlocked.Increment(ref _dropped);

    /// <summary>Hears that a handshake that was chosen to be given up was, or had moved before.</summary>
    internal void HandshakeLeft()
    {
        if (_stalled.Left()) MakeRoom();
    }

    /// <summary>Has a listener called, on any thread, when as many handshakes are under way as may be, or more.</summary>
    internal void WhenFull(Action call) => Volatile.Write(ref _onFull, call);

    /// <summary>
    /// Has someone called, once and on any thread, when one more handshake may begin; perhaps at once. Meanwhile stalled handshakes
    /// are given up. On the listener's loop.
    /// </summary>
    internal void WhenRoom(EventLoop loop, Action call)
    {
        if (_loggedFullAt is not { } last || loop.FromTicks(loop.Now - last) >= LogInterval)
        {
            _loggedFullAt = loop.Now;
            Log.HandshakesFull(_logger, _options.MaxHandshakes);
        }

        Volatile.Write(ref _onRoom, call);
        Interlocked.MemoryBarrier();
        TellRoom();
        MakeRoom();
    }

    /// <summary>Has nobody called any more: the listener has closed. On its loop.</summary>
    internal void StopWaiting()
    {
        Volatile.Write(ref _onFull, null);
        Volatile.Write(ref _onRoom, null);
    }

    private void TellRoom()
    {
        if (HasRoom) Interlocked.Exchange(ref _onRoom, null)?.Invoke();
    }

    /// <summary>Gives up stalled handshakes, each on its own loop, if somebody waits for room.</summary>
    private void MakeRoom()
    {
        if (Volatile.Read(ref _onRoom) is null || HasRoom) return;
        foreach (var handshake in _stalled.Choose())
        {
            // A loop that has ended has dropped it.
            if (!handshake.Loop.Post(static h => h.GiveUp(), handshake)) _stalled.Left();
        }
    }

    private void Refresh()
    {
        lock (_gate)
        {
            var generation = TlsCertificate.Generation;
            if (_generation == generation) return;
            try
            {
                // Another acceptor's may have changed: then sessions that could be resumed stay so.
                if (!Certificates().Select(static c => c.Current).SequenceEqual(_used)) Volatile.Write(ref _start, MakeStart());
            }
            catch (TlsCertificateException e)
            {
                // It was loaded, and cannot be used all the same: what there was stays.
                Log.CertificateBroken(_logger, e.Message);
            }

            Volatile.Write(ref _generation, generation);
        }
    }

    private TlsStart MakeStart()
    {
        _used = [.. Certificates().Select(static c => c.Current)];
        var context = TlsSelector.CreateServer(_options.Implementation, _options.ToSettings(_ticketKeys));
        return new TlsStart(context, _options.HandshakeTimeout, _options.PlaintextResponse, this);
    }

    private IEnumerable<TlsCertificate> Certificates() =>
        _options.CertificatesByName.Values.Concat(_options.Certificate is { } certificate ? [certificate] : []).Distinct();
}
