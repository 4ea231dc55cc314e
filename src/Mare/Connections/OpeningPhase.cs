// SPDX-License-Identifier: MIT
using System.Text;
using Lori;
using Mare.Protocol;

namespace Mare;

/// <summary>
/// Is the opening handshake of one connection: reads the request, asks the factory and the actor, answers. Gone once the
/// connection is open. Loop only. RFC 6455, section 4.2.
/// </summary>
internal sealed class OpeningPhase : IDisposable
{
    private const int RequestTimeout = 408;
    private const int NotFound = 404;
    private const int UpgradeRequired = 426;
    private const int ServerError = 500;

    private readonly WebSocketConnection _connection;
    private readonly ServerCore _server;
    private readonly RequestReader _reader;
    private readonly LoopTimer _timer;
    private HandshakeResult? _result; // once the actor is asked
    private byte[]? _early; // what came while the actor decides
    private int _earlyLength;
    private bool _isHead;
    private bool _ended;

    public OpeningPhase(WebSocketConnection connection)
    {
        _connection = connection;
        _server = connection.Server;
        var loop = connection.Tcp.Loop;
        _reader = new RequestReader(_server.HandshakeLimits, loop.Buffers);
        _timer = loop.CreateTimer(static me => me.OnTimeout(), this);
        _timer.Restart(_server.Options.HandshakeTimeout);
    }

    /// <summary>Takes received bytes; gives back how many of them belong to the request. The rest are frames.</summary>
    public int Read(ReadOnlySpan<byte> data)
    {
        var rest = data;
        if (_result is not null)
        {
            KeepEarly(data);
            return data.Length;
        }

        switch (_ended ? RequestReadStatus.NeedMore : _reader.Read(ref rest))
        {
            case RequestReadStatus.Complete:
                Judge(_reader.Head!);
                break;
            case RequestReadStatus.Failed:
                Refuse(_reader.Error, _reader.ErrorDetail);
                break;
            default:
                return data.Length;
        }

        // Frames follow. (An actor that closed in OnOpen still awaits the peer's close frame.)
        if (_connection.WasOpened) return data.Length - rest.Length;
        // Behind a refused request nothing is read; while the actor decides, it waits.
        if (!_ended) KeepEarly(rest);
        return data.Length;
    }

    /// <summary>Answers with a status and ends the connection, unless it was answered.</summary>
    public void Refuse(int status, string detail) => Refuse(status, detail, null, null);

    /// <summary>Answers the request as the actor decided.</summary>
    public void Answer(UpgradeDecision decision)
    {
        // The actor aborted, or took too long: there is nobody to answer.
        if (_ended || _connection.Tcp.IsDropped) return;
        if (!decision.IsAccepted) Refuse(decision.Status, "the application refused it", decision.Body, decision.Headers);
        else if (decision.Subprotocol is { } name && !OpeningHandshake.IsOffered(_result!.Subprotocols, name)) RefuseSubprotocol(name);
        else Accept(_result!, decision);
    }

    /// <summary>Answers 500, since the application failed.</summary>
    public void Fail(Exception exception, WebSocketActor? actor)
    {
        Log.UpgradeFailed(_server.Logger, actor?.GetType().Name ?? "the actor factory", exception);
        Refuse(ServerError, "the application failed");
    }

    /// <summary>Gives back what the handshake holds.</summary>
    public void Dispose()
    {
        if (_ended) return;
        _ended = true;
        _timer.Cancel();
        _reader.Dispose();
        ReleaseEarly();
    }

    private void OnTimeout() => Refuse(
        RequestTimeout, _result is null ? "the request did not arrive in time" : "the application did not decide in time");

    /// <summary>Keeps what the client sends before it has an answer (frames, too early), within the bounds of read-ahead.</summary>
    private void KeepEarly(ReadOnlySpan<byte> data)
    {
        var tcp = _connection.Tcp;
        var total = _earlyLength + data.Length;
        if (total > WebSocketConnection.MaxReadAhead) tcp.PauseReading();
        if (data.IsEmpty) return;
        if (_early is null || _early.Length < total)
        {
            var larger = tcp.Loop.Buffers.Rent(total);
            _early.AsSpan(0, _earlyLength).CopyTo(larger);
            if (_early is not null) tcp.Loop.Buffers.Return(_early);
            _early = larger;
        }

        data.CopyTo(_early.AsSpan(_earlyLength));
        _earlyLength = total;
    }

    private void ReleaseEarly()
    {
        if (_early is null) return;
        _connection.Tcp.Loop.Buffers.Return(_early);
        (_early, _earlyLength) = (null, 0);
    }

    private void Judge(RequestHead head)
    {
        _isHead = head.Method == "HEAD";
        var result = OpeningHandshake.Validate(head);
        switch (result.Kind)
        {
            case HandshakeResultKind.Plain:
                Refuse(UpgradeRequired, "the request is no upgrade");
                break;
            case HandshakeResultKind.Refused:
                Refuse(result.Error, result.Detail);
                break;
            default:
                Ask(head, result);
                break;
        }
    }

    private void Ask(RequestHead head, HandshakeResult result)
    {
        var tcp = _connection.Tcp;
        _result = result;
        var request = new UpgradeRequest(head, result.Subprotocols, tcp.RemoteEndPoint, tcp.LocalEndPoint);
        if (!TryCreateActor(request, out var actor))
            return;
        if (actor is null) Refuse(NotFound, "the application has no actor for it");
        else if (Decide(actor, request) is { } decision) Answer(decision);
    }

    private bool TryCreateActor(UpgradeRequest request, out WebSocketActor? actor)
    {
        actor = null;
        var loop = _connection.Tcp.Loop;
        loop.EnterCallback(_server, "OnUpgradeRequest");
        try
        {
            actor = _server.CreateActor(request);
            if (actor is not null) _connection.Attach(actor);
            return true;
        }
        catch (Exception e)
        {
            Fail(e, actor);
            return false;
        }
        finally
        {
            loop.ExitCallback();
        }
    }

    /// <summary>Asks the actor; null when it failed, or when it answers later.</summary>
    private UpgradeDecision? Decide(WebSocketActor actor, UpgradeRequest request)
    {
        var loop = _connection.Tcp.Loop;
        loop.EnterCallback(actor, "OnUpgradeRequest");
        try
        {
            return actor.HandleUpgradeRequest(request);
        }
        catch (Exception e)
        {
            Fail(e, actor);
            return null;
        }
        finally
        {
            loop.ExitCallback();
        }
    }

    private void Accept(HandshakeResult result, UpgradeDecision decision)
    {
        var tcp = _connection.Tcp;
        var scratch = LoopCompanion.Of(tcp.Loop).Scratch;
        scratch.ResetWrittenCount();
        HandshakeResponse.WriteSwitchingProtocols(
            scratch, result.AcceptKey, decision.Subprotocol, null, decision.Headers, tcp.Loop.TimeProvider.GetUtcNow());
        tcp.WriteWire(scratch.WrittenSpan);
        tcp.AfterWrite();
        var (early, length) = (_early, _earlyLength);
        (_early, _earlyLength) = (null, 0);
        Dispose();
        _connection.Open(decision.Subprotocol);
        if (early is null) return;
        tcp.Unreceive(early.AsSpan(0, length));
        tcp.Loop.Buffers.Return(early);
        // There may have been so much of it that reading stopped.
        _connection.UpdateReading();
    }

    private void RefuseSubprotocol(string name)
    {
        Log.SubprotocolNotOffered(_server.Logger, name);
        Refuse(ServerError, "the application chose a subprotocol that was not offered");
    }

    private void Refuse(HandshakeError error, string detail) => Refuse(HandshakeResponse.StatusOf(error), detail, $"{error}: {detail}\n", null);

    private void Refuse(int status, string detail, string? body, IReadOnlyCollection<KeyValuePair<string, string>>? headers)
    {
        if (_ended) return;
        Dispose();
        Log.HandshakeRefused(_server.Logger, status, detail);
        var tcp = _connection.Tcp;
        var scratch = LoopCompanion.Of(tcp.Loop).Scratch;
        scratch.ResetWrittenCount();
        HandshakeResponse.WriteRefusal(
            scratch, status, null, headers, Encoding.UTF8.GetBytes(body ?? ""), ContentTypeOf(body, headers), _isHead,
            tcp.Loop.TimeProvider.GetUtcNow());
        tcp.WriteWire(scratch.WrittenSpan);
        tcp.AfterWrite();
        tcp.Close();
        _connection.Refused();
    }

    private static string? ContentTypeOf(string? body, IReadOnlyCollection<KeyValuePair<string, string>>? headers)
    {
        var isGiven = headers?.Any(static h => h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)) ?? false;
        return body is null || isGiven ? null : "text/plain; charset=utf-8";
    }
}
