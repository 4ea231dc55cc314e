// SPDX-License-Identifier: MIT
using System.Text;

namespace Mare;

/// <summary>
/// Is your connection, with callbacks that may await: derive from it when handling a message needs a database, an HTTP call
/// or another task. Where nothing is awaited, <see cref="WebSocketServerActor"/> is simpler and faster.
/// </summary>
/// <remarks>
/// <para>
/// The asynchronous callbacks of one actor do not overlap: the next message is delivered when the task of the last one has
/// ended, and OnClosedAsync comes after that. What is awaited comes back to the connection's event loop, so the actor's fields
/// need no lock. Posts, timers, OnPong, OnThrottled, OnUnthrottled and OnIdleTimeout run between, at its awaits.
/// </para>
/// <para>
/// While a callback is pending, up to 16 KiB are read ahead: pings are answered and the connection's end is noticed, which
/// cancels the token. The first message that comes waits; then reading stops until the task has ended.
/// </para>
/// <para>An exception, of an async void method too, closes this connection with 1011 and touches no other.</para>
/// </remarks>
public abstract partial class AsyncWebSocketServerActor : WebSocketActor
{
    /// <summary>
    /// Decides whether the request is upgraded; the default accepts it. It has until
    /// <see cref="WebSocketServerOptions.HandshakeTimeout"/>. An exception answers 500.
    /// </summary>
    /// <param name="request">The request: path, headers, end points.</param>
    /// <param name="cancellationToken">Cancelled when the client is gone or the time is over.</param>
    /// <returns>True, false (403), <see cref="UpgradeDecision.Accept"/> or <see cref="UpgradeDecision.Reject"/>.</returns>
    protected virtual ValueTask<UpgradeDecision> OnUpgradeRequestAsync(UpgradeRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult<UpgradeDecision>(true);

    /// <summary>Hears that the WebSocket connection is open: messages may be sent. None comes before the task has ended.</summary>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    protected virtual ValueTask OnOpenAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Takes a text message as a string. The default ignores it.</summary>
    /// <param name="text">The whole message, yours to keep.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    protected virtual ValueTask OnTextMessageAsync(string text, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>
    /// Takes a text message as UTF-8, which is valid. The default decodes it and calls <see cref="OnTextMessageAsync"/>.
    /// </summary>
    /// <param name="utf8">The whole message, in a pooled buffer that is yours until the task ends.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    protected virtual ValueTask OnTextMessageUtf8Async(ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken) =>
        OnTextMessageAsync(Encoding.UTF8.GetString(utf8.Span), cancellationToken);

    /// <summary>Takes a binary message. The default ignores it.</summary>
    /// <param name="data">The whole message, in a pooled buffer that is yours until the task ends.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    protected virtual ValueTask OnBinaryMessageAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Takes a pong; see <see cref="WebSocketServerActor.OnPong"/>. May come while a callback is pending.</summary>
    /// <param name="payload">The pong's payload, at most 125 bytes, valid until this returns.</param>
    protected virtual void OnPong(ReadOnlySpan<byte> payload)
    {
    }

    /// <summary>Hears that the peer reads more slowly than this side sends. May come while a callback is pending.</summary>
    protected virtual void OnThrottled()
    {
    }

    /// <summary>Hears that the peer has caught up. May come while a callback is pending.</summary>
    protected virtual void OnUnthrottled()
    {
    }

    /// <summary>
    /// Hears that nothing came or went for <see cref="WebSocketServerOptions.IdleTimeout"/>; the default closes with 1001. May
    /// come while a callback is pending.
    /// </summary>
    protected virtual void OnIdleTimeout() => Connection.Close(CloseCode.GoingAway, "idle for too long");

    /// <summary>
    /// Hears, exactly once after <see cref="OnOpenAsync"/>, that the connection has ended and no callback is pending. See
    /// <see cref="WebSocketServerActor.OnClosed"/>.
    /// </summary>
    /// <param name="status">What the peer sent, this side's own code, or <see cref="CloseStatus.AbnormalClosure"/>.</param>
    /// <param name="reason">The reason of whoever began; empty when none was given.</param>
    /// <param name="cancellationToken">Cancelled when the server stops and waits no longer.</param>
    protected virtual ValueTask OnClosedAsync(CloseStatus status, string reason, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
