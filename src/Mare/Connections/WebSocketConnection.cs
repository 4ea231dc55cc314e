// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Lori;
using Mare.Protocol;

namespace Mare;

/// <summary>
/// Is one WebSocket connection, reached as <see cref="WebSocketActor.Connection"/>: it sends, pings, pauses and closes. RFC
/// 6455.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The end of the connection disposes of its protocol; it always comes.")]
public sealed partial class WebSocketConnection : ITcpConnectionEvents
{
    private readonly ServerCore _server;
    private readonly bool? _isEncrypted;
    private WebSocketProtocol _protocol = null!;
    private TcpConnection _tcp = null!;
    private EventLoop _loop = null!;
    private TaskCompletionSource? _ended;
    private WebSocketActor? _actor;
    private OpeningPhase? _opening;
    private LoopTimer _timer = null!;
    private byte[]? _owedPong;
    private string _closeReason = "";
    private CloseStatus _closeStatus = CloseStatus.AbnormalClosure;
    private bool _actorPaused;
    private bool _tcpEnded;
    private bool _finished;
    private bool _closedTold;
    private bool _open;
    private bool _wasOpen;

    internal WebSocketConnection(ServerCore server, bool? isEncrypted)
    {
        _server = server;
        _isEncrypted = isEncrypted;
    }

    /// <summary>Gets whether the connection is open: messages may be sent. Any thread.</summary>
    public bool IsOpen => Volatile.Read(ref _open);

    /// <summary>Gets whether the peer reads more slowly than this side sends. Any thread.</summary>
    public bool IsThrottled => _tcp.IsThrottled;

    /// <summary>Gets whether reading is paused. Loop only.</summary>
    public bool IsReadingPaused => _actorPaused;

    /// <summary>Gets the subprotocol that was agreed on; null for none.</summary>
    public string? Subprotocol { get; private set; }

    /// <summary>
    /// Gets the other end's address; null over a Unix domain socket. It is the client's, also behind a proxy that speaks the
    /// PROXY protocol; for one that speaks HTTP see <see cref="UpgradeRequest.ClientAddress"/>. Loop only.
    /// </summary>
    public EndPoint? RemoteEndPoint => _tcp.RemoteEndPoint;

    /// <summary>Gets this side's address; null once the connection is closed. Loop only.</summary>
    public EndPoint? LocalEndPoint => _tcp.LocalEndPoint;

    /// <summary>Gets what TLS has agreed on; null without TLS of the server's own, and once closed. Made anew at each call. Loop only.</summary>
    public TlsConnectionInfo? Tls => _tcp.Tls;

    /// <summary>Gets the bytes received so far, the handshake's and frame headers included. Any thread.</summary>
    public long BytesReceived => _tcp.BytesReceived;

    /// <summary>Gets the bytes that the kernel has taken so far, the handshake's and frame headers included. Any thread.</summary>
    public long BytesSent => _tcp.BytesSent;

    /// <summary>
    /// Gets the bytes that were accepted and that the kernel has not taken; in OnClosed, those that were accepted and never
    /// sent (of an aborted one, on io_uring, up to 64 KiB of them may have gone out at the end). What was dropped or replaced meanwhile is counted as <see cref="DroppedMessages"/> and <see cref="ReplacedMessages"/>
    /// instead. Loop only.
    /// </summary>
    public long UnsentBytes => _tcp.UnsentBytes;

    /// <summary>Gets which side ended the connection. Loop only.</summary>
    public CloseInitiator ClosedBy { get; private set; }

    /// <summary>Gets whether close frames went both ways: nothing was lost. Loop only. RFC 6455, section 7.1.4.</summary>
    public bool ClosedCleanly => _protocol.CloseSent && _protocol.CloseReceived;

    /// <summary>Gets the TCP connection below.</summary>
    internal TcpConnection Tcp => _tcp;

    internal ServerCore Server => _server;

    /// <summary>Gets the type of its actor, for the log.</summary>
    internal string ActorName => _actor!.GetType().Name;

    /// <summary>Gets the one timer of the connection, the phase's as long as it is not open.</summary>
    internal LoopTimer Timer => _timer;

    /// <summary>Gets whether what is below is TLS, or in front of a proxy that says so; null when that cannot be known.</summary>
    internal bool? IsEncrypted => _isEncrypted == false && _tcp.Proxy is { } proxy ? proxy.IsClientEncrypted : _isEncrypted;

    /// <summary>Gets whether the actor was told to give up: TCP has ended, or the request was refused.</summary>
    internal bool HasEnded => _tcpEnded || (_opening is null && !_wasOpen);

    /// <summary>Gets whether the opening handshake succeeded, whatever came after.</summary>
    internal bool WasOpened => _wasOpen;

    /// <summary>
    /// Stops to receive: messages that came already are kept, and in time the peer has to wait. Nothing more comes until
    /// <see cref="ResumeReading"/>: no message, no pong, and not the peer's end. Does nothing once closing. Loop only.
    /// </summary>
    /// <exception cref="InvalidOperationException">The caller is not on the connection's loop.</exception>
    public void PauseReading() => SetActorPaused(true);

    /// <summary>Goes on to receive; what came meanwhile comes after the current callback. Loop only.</summary>
    /// <exception cref="InvalidOperationException">The caller is not on the connection's loop.</exception>
    public void ResumeReading() => SetActorPaused(false);

    void ITcpConnectionEvents.OnStarted(TcpConnection connection)
    {
        _tcp = connection;
        _loop = connection.Loop;
        _server.ConnectionStarted();
        _timer = _loop.CreateTimer(static me => me.OnTimer(), this);
        var companion = LoopCompanion.Of(_loop);
        _protocol = new WebSocketProtocol(Role.Server, _server.MessageLimits, _loop.Buffers, companion.Budget);
        if (_server.IsStopping)
        {
            _tcp.Abort();
            return;
        }

        _opening = new OpeningPhase(this);
        _opening.Begin();
    }

    void ITcpConnectionEvents.OnStartFailed(TlsFailure failure, string detail)
    {
        // There was no request: nobody has heard of this connection.
        _server.Admission.ReturnSocket();
    }

    void ITcpConnectionEvents.OnTlsStarted()
    {
        // TLS is there from the start, or not at all.
    }

    void ITcpConnectionEvents.OnClosed(CloseCause cause)
    {
        LeaveOpen();
        _opening?.Dispose();
        LeaveSeat();
        LeaveAddress();
        _server.Admission.ReturnSocket();
        _meter?.EndPause();
        _timer.Cancel();
        _protocol.TransportEnded();
        _protocol.Dispose();
        if (_deflate is not null) _server.Compression!.Ended(_deflate);
        DropHeldMessage();
        if (_wasOpen)
        {
            _server.OpenConnectionEnded(this);
            Log.Closed(_server.Logger, _closeStatus, ClosedBy, cause);
        }

        _tcpEnded = true;
        _actor?.CancelPending();
        Finish();
    }

    void ITcpConnectionEvents.OnThrottled()
    {
        if (_open) Call(nameof(ITcpConnectionEvents.OnThrottled), static me => me._actor!.HandleThrottled());
    }

    void ITcpConnectionEvents.OnUnthrottled()
    {
        _opening?.OnUnthrottled();
        PayOwedPong();
        CompleteWaiters();
        if (_open) Call(nameof(ITcpConnectionEvents.OnUnthrottled), static me => me._actor!.HandleUnthrottled());
    }

    void ITcpConnectionEvents.OnIdleTimeout()
    {
        // Before it is open, the handshake's own time-out applies; when closing, the close's.
        if (!_open) return;
        _server.Count(_loop, Counted.IdleTimedOut);
        Call(nameof(ITcpConnectionEvents.OnIdleTimeout), static me => me._actor!.HandleIdleTimeout());
    }

    void ITcpConnectionEvents.OnSent(SendToken token)
    {
        // No send of a WebSocket connection bears a token.
    }

    /// <summary>Makes what ends when the connection has, and its actor with it. Before it starts.</summary>
    internal Task WhenEnded() => (_ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Answers Closed from now on; who waits to send need not wait any more, and nobody pings.</summary>
    private void LeaveOpen()
    {
        if (_open) _timer.Cancel();
        Volatile.Write(ref _open, false);
        CompleteWaiters();
    }

    /// <summary>Calls the actor: the one place, with that of messages, where a user's exception is caught.</summary>
    private void Call(string callback, Action<WebSocketConnection> call)
    {
        _loop.EnterCallback(_actor!, callback);
        try
        {
            call(this);
        }
        catch (Exception e)
        {
            OnActorException(e);
        }
        finally
        {
            _loop.ExitCallback();
        }
    }

    /// <summary>
    /// Goes to the end, as far as the actor has come: its pending callback, then OnClosed, then nothing more. Called again
    /// when a pending callback has ended.
    /// </summary>
    private void Finish()
    {
        if (_actor is { IsBusy: true }) return;
        if (_wasOpen && !_closedTold)
        {
            _closedTold = true;
            Call(nameof(ITcpConnectionEvents.OnClosed), static me => me._actor!.HandleClosed(me._closeStatus, me._closeReason));
            if (_actor!.IsBusy) return;
        }

        EndActor();
        if (_finished) return;
        _finished = true;
        _server.ConnectionEnded();
        _ended?.SetResult();
    }

    private void EndActor()
    {
        if (_actor is null || _actor.HasEnded) return;
        _loop.EnterCallback(_actor, "Dispose");
        try
        {
            _actor.EndNow();
        }
        catch (Exception e)
        {
            Log.ActorFailed(_server.Logger, ActorName, e);
        }
        finally
        {
            _loop.ExitCallback();
        }
    }
}
