// SPDX-License-Identifier: MIT
using Lori;

namespace Mare;

/// <summary>
/// Is an actor that is a WebSocket connection, of whichever kind: a room can hold them all. Derive from
/// <see cref="WebSocketServerActor"/>.
/// </summary>
/// <remarks>
/// One is made for each connection, on the connection's event loop, when the request is valid; if it implements
/// <see cref="IDisposable"/> it is disposed exactly once, also when it never opened.
/// </remarks>
public abstract class WebSocketActor : Actor
{
    private WebSocketConnection? _connection;

    private protected WebSocketActor()
        : base(null)
    {
    }

    /// <summary>Gets the connection that this actor is. Any thread may send on it and close it.</summary>
    /// <exception cref="InvalidOperationException">There is none yet: this is the constructor.</exception>
    public WebSocketConnection Connection => _connection ?? throw new InvalidOperationException(
        "The connection is not there yet: it is attached after the constructor has returned. Use OnUpgradeRequest or OnOpen.");

    /// <summary>Takes an exception that escaped a callback: the connection is closed with 1011, others are not touched.</summary>
    protected sealed override void OnUnhandledException(Exception exception) => Connection.OnActorException(exception);

    internal void Attach(WebSocketConnection connection, EventLoop loop)
    {
        if (_connection is not null)
            throw new InvalidOperationException("The factory returned an actor that has a connection already; make a new one for each.");
        Attach(loop);
        _connection = connection;
    }

    internal void EndNow()
    {
        End();
        (this as IDisposable)?.Dispose();
    }

    /// <summary>Gets whether an asynchronous callback is pending.</summary>
    internal virtual bool IsBusy => false;

    /// <summary>Tells a pending callback that the connection has ended.</summary>
    internal virtual void CancelPending()
    {
    }

    /// <summary>Asks for a decision; null when it comes later, through <see cref="WebSocketConnection.Decided"/>.</summary>
    internal abstract UpgradeDecision? HandleUpgradeRequest(UpgradeRequest request);

    internal abstract void HandleOpen();

    internal abstract void HandleTextMessage(ReadOnlySpan<byte> utf8);

    internal abstract void HandleBinaryMessage(ReadOnlySpan<byte> data);

    internal abstract void HandlePong(ReadOnlySpan<byte> payload);

    internal abstract void HandleThrottled();

    internal abstract void HandleUnthrottled();

    internal abstract void HandleIdleTimeout();

    internal abstract void HandleClosed(CloseStatus status, string reason);
}
