// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Lori;
using Mare.Protocol;

namespace Mare.Cli.Client;

/// <summary>
/// Is an actor that is a WebSocket connection to a server: derive from it and override what you want to hear, then
/// <see cref="TcpConnectionActor.ConnectAsync"/>. Callbacks come on its loop, one at a time, and never from inside a call.
/// RFC 6455, section 4.1.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The end of the connection, which always comes, disposes of both.")]
internal abstract partial class WebSocketClient : TcpConnectionActor
{
    private readonly ClientHandshake _handshake;
    private readonly WebSocketClientOptions _options;
    private readonly ClientResponseReader _answer;
    private readonly WebSocketProtocol _protocol;
    private LoopTimer? _timer; // the opening handshake's, then the closing handshake's
    private WebSocketClientEnd? _end; // as far as it is known
    private bool _isAborted;

    protected WebSocketClient(ClientHandshake handshake, WebSocketClientOptions options)
    {
        _handshake = handshake;
        _options = options;
        _answer = new ClientResponseReader(handshake, new HandshakeLimits(), ArrayPool<byte>.Shared);
        _protocol = new WebSocketProtocol(Role.Client, options.Limits, ArrayPool<byte>.Shared, budget: null);
    }

    /// <summary>Gets whether messages may be sent. Loop only.</summary>
    protected bool IsOpen => _protocol.CanSend && !_isAborted;

    /// <summary>Hears that the server has upgraded the connection.</summary>
    /// <param name="subprotocol">What was agreed on; null for none.</param>
    protected virtual void OnOpen(string? subprotocol)
    {
    }

    /// <summary>Takes a text message, valid UTF-8, until it returns.</summary>
    protected virtual void OnTextMessage(ReadOnlySpan<byte> utf8)
    {
    }

    /// <summary>Takes a binary message, until it returns.</summary>
    protected virtual void OnBinaryMessage(ReadOnlySpan<byte> data)
    {
    }

    /// <summary>Takes a pong's payload, until it returns.</summary>
    protected virtual void OnPong(ReadOnlySpan<byte> payload)
    {
    }

    /// <summary>Hears, last and exactly once, how it ended; also when it never opened.</summary>
    protected virtual void OnEnded(WebSocketClientEnd end)
    {
    }

    protected sealed override void OnStarted()
    {
        if (_isAborted)
        {
            Connection.Abort();
            return;
        }

        var request = new ArrayBufferWriter<byte>();
        _handshake.WriteRequest(request);
        Connection.Send(request.WrittenSpan);
        _timer = this.StartTimer(_options.HandshakeTimeout, static me => me.OnTimeout());
    }

    protected sealed override void OnReceived(Span<byte> data)
    {
        if (_isAborted) return;
        if (_protocol.State == ProtocolState.Handshaking && !TryOpen(ref data)) return;
        ReadFrames(data);
    }

    protected sealed override void OnConnectFailure(ConnectException error) => Finish(WebSocketClientEnd.Failed(error.Message.TrimEnd('.')));

    protected sealed override void OnClosed(CloseCause cause) => Finish(_end ?? WebSocketClientEnd.Failed(
        _protocol.State == ProtocolState.Handshaking ? "The server ended the connection instead of answering the opening handshake"
        : cause == CloseCause.Broken ? "The connection broke"
        : "The server ended the connection without a close frame"));

    /// <inheritdoc/>
    protected override void OnUnhandledException(Exception exception)
    {
        base.OnUnhandledException(exception);
        Abort($"A callback of {GetType().Name} failed: {exception.Message}");
    }

    /// <summary>Reads the answer to the opening handshake; true once frames may follow.</summary>
    private bool TryOpen(ref Span<byte> data)
    {
        ReadOnlySpan<byte> rest = data;
        switch (_answer.Read(ref rest))
        {
            case ResponseReadStatus.NeedMore:
                return false;
            case ResponseReadStatus.Declined:
                Abort(Describe(_answer.Head!));
                return false;
            case ResponseReadStatus.Failed:
                Abort($"The answer to the opening handshake is wrong: {_answer.ErrorDetail.TrimEnd('.')}");
                return false;
        }

        data = data[^rest.Length..];
        _timer!.Cancel();
        _protocol.HandshakeCompleted();
        OnOpen(_answer.Subprotocol);
        return true;
    }

    private static string Describe(ResponseHead head)
    {
        var text = $"The server refused the upgrade: {head.StatusCode} {head.ReasonPhrase}".TrimEnd();
        return head.StatusCode is >= 300 and < 400 && head.Headers["Location"] is { } location
            ? $"{text}, go to {location} (redirects are not followed)"
            : text;
    }

    private void ReadFrames(Span<byte> data)
    {
        while (!_isAborted && _protocol.TryRead(ref data, out var e))
        {
            switch (e.Kind)
            {
                case ProtocolEventKind.Text:
                    OnTextMessage(e.Payload);
                    break;
                case ProtocolEventKind.Binary:
                    OnBinaryMessage(e.Payload);
                    break;
                case ProtocolEventKind.Ping:
                    // A full queue refuses it: a peer that does not read must bear that.
                    if (IsOpen) WriteFrame(Opcode.Pong, e.Payload);
                    break;
                case ProtocolEventKind.Pong:
                    OnPong(e.Payload);
                    break;
                case ProtocolEventKind.Close:
                    OnPeerClose(e.Status, Encoding.UTF8.GetString(e.Payload));
                    return;
                default:
                    FailConnection(e.Error);
                    return;
            }
        }
    }

    private void Finish(WebSocketClientEnd end)
    {
        _isAborted = true;
        _timer?.Cancel();
        _answer.Dispose();
        _protocol.Dispose();
        ReleaseWaiters();
        OnEnded(end);
    }
}
