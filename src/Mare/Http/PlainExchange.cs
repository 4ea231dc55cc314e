// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using Lori;
using Mare.Protocol;

namespace Mare;

/// <summary>
/// Is one plain request and its answer: asks the handler, whose awaits come back to the loop, and sends what it answers as
/// fast as the client takes it. Loop only.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "Its token source has no timer and no handle; a handler may keep the token.")]
internal sealed class PlainExchange : Actor
{
    // What is put on the wire before it is asked whether the client keeps up: a block.
    private const int PieceBytes = 16 * 1024;

    private static readonly PlainResponse NotFound = PlainResponse.Text("Not found\n", 404);

    private readonly OpeningPhase _phase;
    private readonly ServerCore _server;
    private readonly TcpConnection _tcp;
    private readonly PlainRequest _request;
    private readonly CancellationTokenSource _ended = new();
    private PlainResponse? _response;
    private ReadOnlyMemory<byte> _rest;
    private bool _isPending;
    private bool _isAbandoned;
    private bool _isCounted;
    private bool _closes;

    public PlainExchange(OpeningPhase phase, ServerCore server, TcpConnection tcp, PlainRequest request)
        : base(tcp.Loop)
    {
        _phase = phase;
        _server = server;
        _tcp = tcp;
        _request = request;
    }

    /// <summary>Gets whether the answer is on its way: what is left is for the client to take.</summary>
    public bool IsSending { get; private set; }

    /// <summary>Asks the handler. It answers at once or later.</summary>
    public void Begin()
    {
        Loop.EnterCallback(this, nameof(WebSocketServerOptions.HttpHandler));
        var handling = HandleAsync();
        _isPending = !handling.IsCompleted;
        if (_isPending) InlineContext.WhenEnded(handling.GetAwaiter(), this, () => Loop.PostAlways(new Ending(this, handling)));
        Loop.ExitCallback();
        if (!_isPending) TakeEnd(handling);
    }

    /// <summary>Sends on, if there is more: the client has caught up.</summary>
    public void SendOn()
    {
        if (!IsSending || _tcp.IsDropped) return;
        while (!_rest.IsEmpty && !_tcp.IsThrottled)
        {
            var length = Math.Min(PieceBytes, _rest.Length);
            _tcp.WriteWire(_rest.Span[..length]);
            _rest = _rest[length..];
            _tcp.AfterWrite();
        }

        // Behind the last answer TCP's own end sees to what is on the wire; before the next one the client catches up.
        if (_rest.IsEmpty && (_closes || !_tcp.IsThrottled)) _phase.Answered(_closes);
        else _phase.AwaitClient();
    }

    /// <summary>Lets go: the client is gone, or has been answered otherwise. A handler that is pending is told by its token.</summary>
    public void Abandon()
    {
        if (_isAbandoned) return;
        _isAbandoned = true;
        _rest = default;
        if (!_isPending) return;
        // Until it has ended, the server that stops waits for it as for a connection.
        _isCounted = true;
        _server.ConnectionStarted();
        Loop.EnterCallback(this, "Cancel");
        try
        {
            _ended.Cancel();
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

    /// <summary>Takes an exception that escaped the handler, from an async void method of its too: 500, unless it was answered.</summary>
    protected override void OnUnhandledException(Exception exception)
    {
        Log.HttpHandlerFailed(_server.Logger, exception);
        if (!IsSending && !_isAbandoned) _phase.Refuse(OpeningPhase.ServerError, "the HTTP handler failed");
    }

    private async Task HandleAsync() =>
        _response = await _server.Options.HttpHandler!(_request, _ended.Token).ConfigureAwait(true) ?? NotFound;

    private void TakeEnd(Task handling)
    {
        _isPending = false;
        try
        {
            handling.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_isAbandoned)
        {
            // It heard that nobody waits for it any more, which is what the token is for.
        }
        catch (Exception e)
        {
            OnUnhandledException(e);
        }

        if (!_isAbandoned) Answer(_response!);
        else if (_isCounted) _server.ConnectionEnded();
    }

    private void Answer(PlainResponse response)
    {
        if (response.Body.Length > _server.Options.HttpLimits.MaxResponseSize)
        {
            Log.HttpResponseTooLarge(_server.Logger, response.Body.Length, _server.Options.HttpLimits.MaxResponseSize);
            _phase.Refuse(OpeningPhase.ServerError, "the HTTP handler's response is larger than its limit");
            return;
        }

        var isNotModified = response is { Status: 200, ETag: { } tag } && EntityTag.IsMatch(_request.Headers["If-None-Match"], tag);
        _closes = !_phase.KeepsAlive;
        IsSending = true;
        WriteHead(response, isNotModified);
        if (!isNotModified && _request.Method != "HEAD") _rest = response.Body;
        SendOn();
    }

    private void WriteHead(PlainResponse response, bool isNotModified)
    {
        var scratch = LoopCompanion.Of(Loop).Scratch;
        scratch.ResetWrittenCount();
        HandshakeResponse.WritePlain(
            scratch,
            isNotModified ? 304 : response.Status,
            response.Headers,
            isNotModified ? null : response.ContentType,
            response.Body.Length,
            _closes,
            Loop.TimeProvider.GetUtcNow());
        _tcp.WriteWire(scratch.WrittenSpan);
        _tcp.AfterWrite();
    }

    private sealed class Ending(PlainExchange exchange, Task handling) : WorkItem
    {
        internal override void Run(EventLoop loop) => exchange.TakeEnd(handling);
    }
}
