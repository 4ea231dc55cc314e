// SPDX-License-Identifier: MIT
using System.Net;

namespace Lori;

/// <summary>
/// Is an actor that listens and makes one actor for each connection. Callbacks come on its own loop, one at a time.
/// </summary>
public abstract class TcpListenerActor : Actor
{
    private TcpListener? _listener;
    private TlsAcceptor? _tls;

    /// <summary>Makes a listener actor.</summary>
    /// <param name="loops">The loops among which connections are spread; this actor lives on the first.</param>
    protected TcpListenerActor(EventLoopGroup loops)
        : base(FirstOf(loops))
    {
        Loops = loops;
    }

    /// <summary>Gets the loops among which connections are spread.</summary>
    public EventLoopGroup Loops { get; }

    /// <summary>Gets the addresses listened on, with their ports; empty before and after. Any thread.</summary>
    public IReadOnlyList<EndPoint> EndPoints => _listener?.EndPoints ?? [];

    /// <summary>Gets what speaks TLS on the connections; null when nothing does, and before. Any thread.</summary>
    public TlsAcceptor? Tls => Volatile.Read(ref _tls);

    /// <summary>
    /// Gets how many connections of listed proxies were dropped since their PROXY header was malformed, cut short or late; see
    /// <see cref="ListenOptions.ProxyProtocol"/>. Any thread.
    /// </summary>
    public long ProxyHeadersRefused => _listener?.ProxyHeadersRefused ?? 0;

    /// <summary>Listens. Once an actor. Any thread.</summary>
    /// <param name="options">Where and how; copied.</param>
    /// <returns>A task that ends when connections are accepted, after <see cref="OnListening"/>.</returns>
    /// <exception cref="ListenException">An address cannot be had; <see cref="OnListenFailure"/> has heard it too.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="TlsCertificateException">A certificate cannot be used.</exception>
    public async Task ListenAsync(ListenOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = options.Clone();
        options.Validate();
        var addresses = await TcpListener.ResolveAsync(options).ConfigureAwait(false);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!this.Post(static (me, s) => me.Listen(s.addresses, s.options, s.done), (addresses, options, done)))
            throw new ObjectDisposedException(GetType().Name, "The event loop of this listener has ended.");
        await done.Task.ConfigureAwait(false);
    }

    /// <summary>Stops to listen; connections live on. Any thread.</summary>
    /// <returns>A task that ends when the addresses are free.</returns>
    public Task StopListeningAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = this.Post(
            static (me, done) =>
            {
                me._listener?.Close();
                me._listener = null;
                done.SetResult();
            },
            done);
        return posted ? done.Task : Task.CompletedTask;
    }

    /// <summary>Makes the actor of a new connection, or returns null to refuse it. On the listener's loop.</summary>
    /// <param name="remoteEndPoint">The peer's address, a client's behind a listed proxy; null for a Unix domain socket.</param>
    protected abstract TcpConnectionActor? OnAccept(EndPoint? remoteEndPoint);

    /// <summary>Hears that connections are accepted from now on.</summary>
    protected virtual void OnListening()
    {
    }

    /// <summary>Hears that listening could not start.</summary>
    protected virtual void OnListenFailure(ListenException error)
    {
    }

    private static EventLoop FirstOf(EventLoopGroup loops)
    {
        ArgumentNullException.ThrowIfNull(loops);
        return loops.Loops[0];
    }

    private void Listen(IReadOnlyList<EndPoint> addresses, ListenOptions options, TaskCompletionSource done)
    {
        try
        {
            if (_listener is not null) throw new InvalidOperationException("This actor listens already.");
            var tls = options.Tls is null ? null : new TlsAcceptor(options.Tls, Loop.Logger);
            _listener = TcpListener.Open(Loops, addresses, options, tls, Accept);
            Volatile.Write(ref _tls, tls);
        }
        catch (Exception e)
        {
            Fail(e, done);
            return;
        }

        try
        {
            OnListening();
        }
        finally
        {
            // Whoever waits is told, also when the callback throws (which is reported as of any post).
            done.SetResult();
        }
    }

    private void Fail(Exception error, TaskCompletionSource done)
    {
        try
        {
            if (error is ListenException failure) OnListenFailure(failure);
        }
        finally
        {
            done.SetException(error);
        }
    }

    private ITcpConnectionEvents? Accept(EndPoint? remote)
    {
        Loop.EnterCallback(this, nameof(OnAccept));
        try
        {
            return OnAccept(remote);
        }
        catch (Exception e)
        {
            OnUnhandledException(e);
            return null;
        }
        finally
        {
            Loop.ExitCallback();
        }
    }
}
