// SPDX-License-Identifier: MIT
using System.Text;

namespace Mare;

/// <summary>
/// Is your connection: derive from it, override what you want to hear, and send by <see cref="WebSocketActor.Connection"/>.
/// </summary>
/// <remarks>
/// Callbacks come on the connection's event loop, one at a time; they never overlap and never nest: nothing you call calls
/// you back. So no lock is needed, and no callback may block: the loop's other connections wait meanwhile. An exception
/// that escapes closes this connection with 1011 and touches no other.
/// </remarks>
/// <example>
/// <code>
/// sealed class Echo : WebSocketServerActor
/// {
///     protected override void OnTextMessageUtf8(ReadOnlySpan&lt;byte&gt; utf8) =&gt; Connection.SendText(utf8);
///     protected override void OnBinaryMessage(ReadOnlySpan&lt;byte&gt; data) =&gt; Connection.SendBinary(data);
/// }
/// </code>
/// </example>
public abstract class WebSocketServerActor : WebSocketActor
{
    /// <summary>
    /// Decides whether the request is upgraded; the default accepts it, without a subprotocol. An exception answers 500.
    /// </summary>
    /// <param name="request">The request: path, headers, end points.</param>
    /// <returns>True, false (403), <see cref="UpgradeDecision.Accept"/> or <see cref="UpgradeDecision.Reject"/>.</returns>
    protected virtual UpgradeDecision OnUpgradeRequest(UpgradeRequest request) => true;

    /// <summary>Hears that the WebSocket connection is open: messages may be sent and will come.</summary>
    protected virtual void OnOpen()
    {
    }

    /// <summary>Takes a text message as a string. The default ignores it.</summary>
    /// <param name="text">The whole message, yours to keep.</param>
    protected virtual void OnTextMessage(string text)
    {
    }

    /// <summary>
    /// Takes a text message as UTF-8, which is valid. The default decodes it and calls <see cref="OnTextMessage"/>; override
    /// this one to spare the string.
    /// </summary>
    /// <param name="utf8">The whole message, valid until this returns: copy what is needed later.</param>
    protected virtual void OnTextMessageUtf8(ReadOnlySpan<byte> utf8) => OnTextMessage(Encoding.UTF8.GetString(utf8));

    /// <summary>Takes a binary message. The default ignores it.</summary>
    /// <param name="data">The whole message, valid until this returns: copy what is needed later.</param>
    protected virtual void OnBinaryMessage(ReadOnlySpan<byte> data)
    {
    }

    /// <summary>Takes the answer to <see cref="WebSocketConnection.Ping"/>, or a pong that nobody asked for. The default ignores it.</summary>
    /// <param name="payload">The pong's payload, at most 125 bytes, valid until this returns. RFC 6455, section 5.5.3.</param>
    protected virtual void OnPong(ReadOnlySpan<byte> payload)
    {
    }

    /// <summary>Hears that the peer reads more slowly than this side sends. The default does nothing.</summary>
    protected virtual void OnThrottled()
    {
    }

    /// <summary>Hears that the peer has caught up. The default does nothing.</summary>
    protected virtual void OnUnthrottled()
    {
    }

    /// <summary>
    /// Hears that nothing came or went for <see cref="WebSocketServerOptions.IdleTimeout"/>. The default closes with 1001;
    /// an override that does not will hear it again.
    /// </summary>
    protected virtual void OnIdleTimeout() => Connection.Close(CloseCode.GoingAway, "idle for too long");

    /// <summary>Hears, exactly once after <see cref="OnOpen"/> and never without it, that the connection has ended.</summary>
    /// <param name="status">
    /// When the peer began the close: what it sent. When this side did: its own code. When the connection was lost without a
    /// close frame: <see cref="CloseStatus.AbnormalClosure"/>. <see cref="WebSocketConnection.ClosedBy"/> tells which.
    /// </param>
    /// <param name="reason">The reason of whoever began; empty when none was given.</param>
    protected virtual void OnClosed(CloseStatus status, string reason)
    {
    }

    internal sealed override UpgradeDecision? HandleUpgradeRequest(UpgradeRequest request) => OnUpgradeRequest(request)
        ?? throw new InvalidOperationException($"{GetType().Name}.OnUpgradeRequest returned null.");

    internal sealed override void HandleOpen() => OnOpen();

    internal sealed override void HandleTextMessage(ReadOnlySpan<byte> utf8) => OnTextMessageUtf8(utf8);

    internal sealed override void HandleBinaryMessage(ReadOnlySpan<byte> data) => OnBinaryMessage(data);

    internal sealed override void HandlePong(ReadOnlySpan<byte> payload) => OnPong(payload);

    internal sealed override void HandleThrottled() => OnThrottled();

    internal sealed override void HandleUnthrottled() => OnUnthrottled();

    internal sealed override void HandleIdleTimeout() => OnIdleTimeout();

    internal sealed override void HandleClosed(CloseStatus status, string reason) => OnClosed(status, reason);
}
