// SPDX-License-Identifier: MIT
using System.IO.Pipelines;
using System.Net;
using Lori.Backends;
using Lori.Backends.Streams;

namespace Lori;

/// <summary>
/// Is an actor that is a TCP connection: derive from it and override what you want to hear. Callbacks come on the
/// connection's loop, one at a time, never from inside a call to <see cref="Connection"/>.
/// </summary>
/// <remarks>An exception that escapes a callback is logged and drops the connection; it touches no other.</remarks>
public abstract class TcpConnectionActor : Actor, ITcpConnectionEvents
{
    private TcpConnection? _connection;
    private bool _hasConnected;

    /// <summary>Gets or sets what connects this actor, until it has.</summary>
    internal Connector? Connector { get; set; }

    /// <summary>Makes an actor; it is attached to its loop and connection before <see cref="OnStarted"/>.</summary>
    protected TcpConnectionActor()
        : base(null)
    {
    }

    /// <summary>Gets the connection.</summary>
    /// <exception cref="InvalidOperationException">There is none yet: this is the constructor.</exception>
    protected TcpConnection Connection => _connection ?? throw new InvalidOperationException(
        "The connection is not there yet: it is attached after the constructor has returned. Use OnStarted.");

    /// <summary>
    /// Gives this actor a connected socket, for instance one that this process connected: from now on it is the loop's.
    /// Any thread.
    /// </summary>
    /// <param name="loop">The loop on which the connection lives.</param>
    /// <param name="socket">A connected stream socket; not to be used any more once this returns.</param>
    /// <param name="options">How the connection behaves; copied. Socket options are the caller's to set.</param>
    /// <exception cref="ObjectDisposedException">The loop has ended.</exception>
    public void Adopt(EventLoop loop, System.Net.Sockets.Socket socket, TcpConnectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(socket);
        Start(loop, loop.Backend.Adopt, socket, options);
    }

    /// <summary>Gives this actor a duplex stream as its connection: from now on it is the loop's, which disposes of it. Any thread.</summary>
    /// <param name="loop">The loop on which the connection lives, of any kind.</param>
    /// <param name="stream">
    /// Readable and writable, whose reads and writes may be pending at once and are not made by anyone else any more; such as a
    /// NetworkStream (that owns its socket) or an SslStream that has authenticated.
    /// </param>
    /// <param name="options">How the connection behaves; copied. What concerns sockets is not used.</param>
    /// <param name="remoteEndPoint">What <see cref="TcpConnection.RemoteEndPoint"/> says; default: a NetworkStream's, else null.</param>
    /// <param name="localEndPoint">What <see cref="TcpConnection.LocalEndPoint"/> says; default: a NetworkStream's, else null.</param>
    /// <exception cref="ArgumentException">The stream cannot be read or cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The loop has ended; the stream is disposed of.</exception>
    /// <remarks>
    /// A NetworkStream can end its sending (FIN) and reset; an SslStream can end its sending (close_notify), but not reset. Any
    /// other stream can neither: the peer hears of the end when the stream is disposed of, so a closing connection does that
    /// as soon as everything is sent and flushed, and does not wait for the peer's end. While reading is paused, a reset is
    /// not noticed. A write that is given up counts as unsent, whatever of it has gone. A connection that waits for input
    /// holds no buffer where reads of no bytes wait too, as a NetworkStream's and an SslStream's do; else 4 KiB. A stream whose
    /// operations end neither when they are cancelled nor when it is disposed of keeps its connection until the loop ends.
    /// </remarks>
    public void Adopt(
        EventLoop loop, Stream stream, TcpConnectionOptions? options = null, EndPoint? remoteEndPoint = null, EndPoint? localEndPoint = null)
    {
        ArgumentNullException.ThrowIfNull(loop);
        Start(loop, s => AcceptedStream.Of(s, localEndPoint, remoteEndPoint), stream, options);
    }

    /// <summary>Gives this actor a duplex pipe as its connection: from now on it is the loop's, which completes both ends. Any thread.</summary>
    /// <param name="loop">The loop on which the connection lives, of any kind.</param>
    /// <param name="pipe">Whose input nobody else reads and whose output nobody else writes any more.</param>
    /// <param name="options">How the connection behaves; copied. What concerns sockets is not used.</param>
    /// <param name="remoteEndPoint">What <see cref="TcpConnection.RemoteEndPoint"/> says. Default null.</param>
    /// <param name="localEndPoint">What <see cref="TcpConnection.LocalEndPoint"/> says. Default null.</param>
    /// <exception cref="ObjectDisposedException">The loop has ended; the pipe is completed.</exception>
    /// <remarks>
    /// To end sending is to complete the output; a reset completes both with an error; a peer that completes its input resets
    /// the next send. A connection that waits for input holds no buffer. What is received is copied once.
    /// </remarks>
    public void Adopt(
        EventLoop loop, IDuplexPipe pipe, TcpConnectionOptions? options = null, EndPoint? remoteEndPoint = null, EndPoint? localEndPoint = null)
    {
        ArgumentNullException.ThrowIfNull(loop);
        Start(loop, p => AcceptedStream.Of(p, localEndPoint, remoteEndPoint), pipe, options);
    }

    /// <summary>
    /// Connects this actor to a peer: <see cref="OnStarted"/> comes when that succeeds, <see cref="OnConnectFailure"/> when it
    /// does not, always one of them. Once an actor. Any thread.
    /// </summary>
    /// <param name="loop">The loop on which the connection lives.</param>
    /// <param name="options">Where and how; copied.</param>
    /// <param name="cancellationToken">Gives the attempt up; later it has no effect.</param>
    /// <returns>A task that ends after <see cref="OnStarted"/>.</returns>
    /// <remarks>
    /// Each address of the host is tried: the next when the last has failed, or has not answered for 250 milliseconds; the
    /// first that answers is taken.
    /// </remarks>
    /// <exception cref="ConnectException">No connection was made; <see cref="OnConnectFailure"/> has heard it too.</exception>
    /// <exception cref="ArgumentException">An option is out of its range. Thrown at once.</exception>
    /// <exception cref="InvalidOperationException">This actor is, or was, another connection's. Thrown at once.</exception>
    public Task ConnectAsync(EventLoop loop, ConnectOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(options);
        options = options.Clone();
        options.Validate();
        if (_connection is not null || Interlocked.Exchange(ref _hasConnected, true))
            throw new InvalidOperationException("An actor is one connection: make a new one for each attempt to connect.");
        Attach(loop);
        return Connector.Begin(loop, this, options, cancellationToken);
    }

    /// <summary>Hears, first, that the connection is open.</summary>
    protected virtual void OnStarted()
    {
    }

    /// <summary>Hears, instead of <see cref="OnStarted"/> and last, that connecting has failed. The default does nothing: the task has it.</summary>
    protected virtual void OnConnectFailure(ConnectException error)
    {
    }

    /// <summary>
    /// Hears, instead of <see cref="OnStarted"/> and last, that a connection that was accepted came to nothing since TLS failed.
    /// The default does nothing: on a server in the open that happens all the time.
    /// </summary>
    /// <param name="failure">Why.</param>
    /// <param name="detail">What is wrong, in words.</param>
    protected virtual void OnStartFailure(TlsFailure failure, string detail)
    {
    }

    /// <summary>
    /// Hears that TLS, which <see cref="TcpConnection.StartTls(TlsAcceptor)"/> has started, is there. When it fails,
    /// <see cref="OnClosed"/> comes instead.
    /// </summary>
    protected virtual void OnTlsStarted()
    {
    }

    /// <summary>Takes received bytes. They may be read and changed until this returns; copy what is needed later.</summary>
    protected virtual void OnReceived(Span<byte> data)
    {
    }

    /// <summary>Hears that the peer sends no more. The default closes; without that, this side may still send.</summary>
    protected virtual void OnPeerClosed() => Connection.Close();

    /// <summary>Hears that more than the high water mark waits to be sent.</summary>
    protected virtual void OnThrottled()
    {
    }

    /// <summary>Hears that the peer has caught up.</summary>
    protected virtual void OnUnthrottled()
    {
    }

    /// <summary>Hears that the kernel has taken everything up to the send that bore this token.</summary>
    protected virtual void OnSent(SendToken token)
    {
    }

    /// <summary>Hears that nothing came or went for the idle time. The default closes.</summary>
    protected virtual void OnIdleTimeout() => Connection.Close();

    /// <summary>Hears, last and exactly once after <see cref="OnStarted"/>, that the connection has ended.</summary>
    protected virtual void OnClosed(CloseCause cause)
    {
    }

    /// <inheritdoc/>
    protected override void OnUnhandledException(Exception exception)
    {
        base.OnUnhandledException(exception);
        _connection?.Abort();
    }

    internal void ConnectFailed(ConnectException error)
    {
        Connector = null;
        Run(nameof(OnConnectFailure), me => me.OnConnectFailure(error));
        End();
    }

    void ITcpConnectionEvents.OnStarted(TcpConnection connection)
    {
        _connection = connection;
        Attach(connection.Loop);
        Run(nameof(OnStarted), static me => me.OnStarted());
        Connector?.OnStarted();
        Connector = null;
    }

    void ITcpConnectionEvents.OnStartFailed(TlsFailure failure, string detail)
    {
        if (_hasConnected)
        {
            // Unless it was given up before, which has been told.
            Connector?.OnStartFailed(detail);
            return;
        }

        Attach(EventLoop.Current!);
        Run(nameof(OnStartFailure), me => me.OnStartFailure(failure, detail));
        End();
    }

    void ITcpConnectionEvents.OnTlsStarted() => Run(nameof(OnTlsStarted), static me => me.OnTlsStarted());

    void ITcpConnectionEvents.OnReceived(Span<byte> data)
    {
        Loop.EnterCallback(this, nameof(OnReceived));
        try
        {
            OnReceived(data);
        }
        catch (Exception e)
        {
            OnUnhandledException(e);
        }
        finally
        {
            Loop.ExitCallback();
        }
    }

    void ITcpConnectionEvents.OnPeerClosed() => Run(nameof(OnPeerClosed), static me => me.OnPeerClosed());

    void ITcpConnectionEvents.OnThrottled() => Run(nameof(OnThrottled), static me => me.OnThrottled());

    void ITcpConnectionEvents.OnUnthrottled() => Run(nameof(OnUnthrottled), static me => me.OnUnthrottled());

    void ITcpConnectionEvents.OnIdleTimeout() => Run(nameof(OnIdleTimeout), static me => me.OnIdleTimeout());

    void ITcpConnectionEvents.OnSent(SendToken token) => Run(nameof(OnSent), me => me.OnSent(token));

    void ITcpConnectionEvents.Encode(byte kind, ReadOnlySpan<byte> data) => Connection.WriteWire(default, data);

    void ITcpConnectionEvents.OnForeign(QueuedSend item, ReadOnlySpan<byte> data) => Connection.SendAccepted(item, data);

    void ITcpConnectionEvents.OnDropped(int dropped, int replaced) =>
        throw new InvalidOperationException("What a raw connection accepted is never dropped.");

    void ITcpConnectionEvents.OnClosed(CloseCause cause)
    {
        Run(nameof(OnClosed), me => me.OnClosed(cause));
        End();
    }

    private void Start<T>(EventLoop loop, Func<T, AcceptedSocket> accept, T what, TcpConnectionOptions? options)
    {
        options = (options ?? new TcpConnectionOptions()).Clone();
        options.Validate();
        var accepted = accept(what);
        if (TcpConnection.StartOn(loop, accepted, this, options)) return;
        accepted.Dispose();
        throw new ObjectDisposedException(nameof(EventLoop), "The event loop has ended.");
    }

    private void Run(string name, Action<TcpConnectionActor> callback)
    {
        Loop.EnterCallback(this, name);
        try
        {
            callback(this);
        }
        catch (Exception e)
        {
            OnUnhandledException(e);
        }
        finally
        {
            Loop.ExitCallback();
        }
    }
}
