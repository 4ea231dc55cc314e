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

    /// <summary>Gets what was agreed on permessage-deflate; null for none. Once the connection is open.</summary>
    protected DeflateAgreement? Compression { get; private set; }

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

    /// <summary>
    /// Takes received bytes before they are read as frames: a client that knows what must come takes it off the front. Called
    /// only where the first byte begins a frame and no message is under way.
    /// </summary>
    /// <param name="data">What came; on return, what is left to be read.</param>
    protected virtual void OnFrames(ref Span<byte> data)
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
        if (_protocol.IsBetweenMessages) OnFrames(ref data);
        if (!data.IsEmpty) ReadFrames(data);
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

        if (!TryReadExtensions(out var deflate))
        {
            Abort("The answer to the opening handshake is wrong: its extensions are none that were offered so");
            return false;
        }

        data = data[^rest.Length..];
        _timer!.Cancel();
        Compression = deflate?.Agreement;
        if (deflate is null) _protocol.HandshakeCompleted();
        else _protocol.HandshakeCompleted(deflate);
        OnOpen(_answer.Subprotocol);
        return true;
    }

    /// <summary>Reads the extensions that the server accepted: permessage-deflate, or none. RFC 6455, section 4.1, item 5.</summary>
    private bool TryReadExtensions(out PerMessageDeflate? deflate)
    {
        deflate = null;
        if (_answer.Extensions.Count == 0) return true;
        if (_answer.Extensions.Count > 1 || _options.Codecs is null
            || DeflateNegotiation.ReadAnswer(DeflateNegotiation.Offer, _answer.Extensions[0]) is not { } agreement) return false;
        deflate = new PerMessageDeflate(agreement, Role.Client, _options.Codecs);
        return true;
    }

    private static string Describe(ResponseHead head)
    {
        var text = $"The server refused the upgrade: {head.StatusCode} {head.ReasonPhrase}".TrimEnd();
        return head.StatusCode is >= 300 and < 400 && head.Headers["Location"] is { } location
            ? $"{text}, go to {location} (redirects are not followed)"
            : text;
    }

    /// <summary>Reads bytes as frames, up to the last that is whole, and acts on them. Loop only.</summary>
    /// <param name="data">The bytes, which are changed.</param>
    protected void ReadFrames(Span<byte> data)
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
