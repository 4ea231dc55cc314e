// SPDX-License-Identifier: MIT
using System.Net;
using Lori;
using Mare.Cli.Bench.Figures;
using Mare.Cli.Bench.Traffic;
using Mare.Cli.Client;
using Mare.Protocol;

namespace Mare.Cli.Bench.Loads;

/// <summary>
/// Is all connections of a run, on one event loop: opens them, ends them, and knows what went wrong. A connection that is lost
/// is counted and not replaced; when none is left, or a message is wrong, the run fails. Loop only, tasks aside.
/// </summary>
internal abstract class Load : Actor
{
    // Fewer than any server's backlog, so that no SYN is dropped and sent again a second later.
    private const int MaxOpening = 64;

    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, int> _errors = [];
    private readonly ConnectOptions _connect;
    private readonly WebSocketClientOptions _client;
    private readonly DeflateCodecs? _codecs;
    private TaskCompletionSource? _allOpen;
    private TaskCompletionSource? _allEnded;
    private int _wanted; // connections that are yet to be begun
    private int _opening;
    private bool _knowsAddress;
    private bool _isFinishing;

    protected Load(EventLoop loop, BenchSettings settings, bool hasMessages)
        : base(loop)
    {
        Settings = settings;
        Latency = new LatencyRecorder(loop.TimeProvider.TimestampFrequency);
        if (settings.Compression) _codecs = CompressedTraffic.CreateCodecs();
        if (hasMessages)
        {
            Traffic = _codecs is null
                ? new PlainTraffic(settings.Size, settings.Target.WebSocket is not null)
                : new CompressedTraffic(settings.Size, _codecs);
        }

        _client = new WebSocketClientOptions
        {
            HandshakeTimeout = settings.Timeout,
            Codecs = _codecs,
            Limits = new MessageLimits { MaxMessageBytes = Math.Max(settings.Size, MessageLimits.DefaultMaxMessageBytes) },
        };
        _connect = new ConnectOptions
        {
            Host = settings.Target.Host,
            Port = settings.Target.Port,
            Timeout = settings.Timeout,
            Tls = settings.Target.WebSocket is not { IsSecure: true } ? null : new TlsClientOptions
            {
                // Named, since it is the address that is connected to, once it is known.
                TargetHost = settings.Target.Host,
                AcceptAnyCertificate = settings.AcceptAnyCertificate,
                HandshakeTimeout = settings.Timeout,
            },
            // Whatever is under way fits: a load never waits for room.
            Connection = new TcpConnectionOptions
            {
                HighWaterMark = (int)Math.Max(64 * 1024, Traffic?.MaxBytesOf(settings.InFlight) ?? 0),
                LowWaterMark = 0,
            },
        };
    }

    /// <summary>Gets the messages of this load; null when what comes is of no interest.</summary>
    public MessageTraffic? Traffic { get; }

    /// <summary>Gets what was agreed on permessage-deflate with the first connection, as the server wrote it; null for none.</summary>
    public string? Compression { get; private set; }

    /// <summary>Gets a task that fails when the run does. Any thread.</summary>
    public Task Failed => _failed.Task;

    /// <summary>Gets a task that ends when every connection has done all it was to do, and never when the run has failed. Any thread.</summary>
    public Task Done => _done.Task;

    /// <summary>Gets the errors so far: how many of each kind.</summary>
    public IReadOnlyDictionary<string, int> Errors => _errors;

    /// <summary>Gets what is counted: messages that came back or were delivered, or connections that were opened.</summary>
    public long Count { get; protected set; }

    /// <summary>Gets the messages that should have an answer and have none.</summary>
    public virtual long Unanswered => 0;

    public LatencyRecorder Latency { get; }

    protected BenchSettings Settings { get; }

    private bool IsEmpty => Open.Count == 0 && _opening == 0 && _wanted == 0;

    /// <summary>Gets the connections that are open.</summary>
    protected HashSet<ILoadConnection> Open { get; } = [];

    /// <summary>Opens connections, some at a time; the task ends when all are open, and fails when one cannot be. Any thread.</summary>
    public Task OpenAsync(int count)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        this.Post(static (me, s) => me.BeginOpening(s.count, s.done), (count, done));
        return done.Task;
    }

    /// <summary>Begins to do what it does, unless it has failed already.</summary>
    public void Start()
    {
        if (!Failed.IsCompleted) OnStart();
    }

    /// <summary>Stops to do it: what is under way may still come.</summary>
    public virtual void Stop()
    {
    }

    /// <summary>Ends all connections by close frames; the task ends when they have ended. Any thread.</summary>
    public Task FinishAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        this.Post(static (me, done) => me.BeginFinishing(done), done);
        return done.Task;
    }

    /// <summary>Hears that a connection is open.</summary>
    public void Opened(ILoadConnection connection, EndPoint? server, DeflateAgreement? compression)
    {
        _opening--;
        if (!_knowsAddress)
        {
            Meet(server, compression);
            _knowsAddress = true;
        }

        Open.Add(connection);
        if (_isFinishing) connection.Finish();
        else OnOpened(connection);
        OpenNext();
    }

    /// <summary>Hears that right messages came.</summary>
    public abstract void Received(ILoadConnection connection, int messages);

    /// <summary>Hears, once and last, that a connection has ended, or never opened.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="error">What went wrong, without a full stop; null when nothing did.</param>
    public void Ended(ILoadConnection connection, string? error)
    {
        var wasOpen = Open.Remove(connection);
        if (!wasOpen) _opening--;
        if (error is not null) Note(error);
        // At the start, one that cannot be opened ends the run.
        if (error is not null && (!_knowsAddress || _allOpen is { Task.IsCompleted: false })) Fail(new BenchException(error));
        // Before the load may call itself done: one that lost all its connections has failed.
        if (error is not null && IsEmpty) Fail(new BenchException($"No connection is left: {error}"));
        OnEnded(connection, isLost: error is not null);
        OpenNext();
        if (IsEmpty) _allEnded?.TrySetResult();
    }

    /// <summary>Ends the run with an error: nothing more is sent.</summary>
    public void Fail(Exception error)
    {
        Stop();
        _failed.TrySetException(error);
        // Whoever waits for something looks at it; nobody may be waiting.
        _ = _failed.Task.Exception;
    }

    /// <summary>Gives back what is held. After the connections have ended.</summary>
    public void Release() => _codecs?.Dispose();

    protected virtual void OnStart()
    {
    }

    protected virtual void OnOpened(ILoadConnection connection)
    {
    }

    protected virtual void OnEnded(ILoadConnection connection, bool isLost)
    {
    }

    /// <summary>Makes the lane of the next connection.</summary>
    protected abstract Lane CreateLane();

    /// <summary>Notes that every connection has done all it was to do.</summary>
    protected void Complete()
    {
        if (!Failed.IsCompleted) _done.TrySetResult();
    }

    /// <summary>Begins some more connections.</summary>
    protected void OpenMore(int count)
    {
        _wanted += count;
        OpenNext();
    }

    protected override void OnUnhandledException(Exception exception) => Fail(exception);

    private void BeginOpening(int count, TaskCompletionSource done)
    {
        _allOpen = done;
        OpenMore(count);
    }

    private void OpenNext()
    {
        // The first goes alone: of a host's addresses, it finds the one that answers.
        var most = _knowsAddress ? MaxOpening : 1;
        while (_wanted > 0 && _opening < most)
        {
            _wanted--;
            _opening++;
            Create().Connect(_connect);
        }

        if (_wanted == 0 && _opening == 0) _allOpen?.TrySetResult();
    }

    private ILoadConnection Create()
    {
        var lane = CreateLane();
        return Settings.Target.WebSocket is { } target
            ? new WebSocketConnection(
                this,
                lane,
                new ClientHandshake(target.Authority, target.Resource) { Extensions = _codecs is null ? [] : [DeflateNegotiation.Offer] },
                _client)
            : new RawConnection(this, lane);
    }

    private void Meet(EndPoint? server, DeflateAgreement? compression)
    {
        if (server is IPEndPoint ip) _connect.Host = ip.Address.ToString();
        Compression = compression?.ToString();
        if (Settings.Compression && compression is null) Fail(new BenchException("The server did not agree on permessage-deflate"));
    }

    private void Note(string error) => _errors[error] = _errors.GetValueOrDefault(error) + 1;

    private void BeginFinishing(TaskCompletionSource done)
    {
        _isFinishing = true;
        _wanted = 0;
        _allEnded = done;
        if (Open.Count == 0 && _opening == 0) done.TrySetResult();
        foreach (var connection in Open.ToArray()) connection.Finish();
    }
}
