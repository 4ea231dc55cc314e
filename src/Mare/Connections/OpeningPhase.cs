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
    private bool _isHead;
    private bool _ended;

    public OpeningPhase(WebSocketConnection connection)
    {
        _connection = connection;
        _server = connection.Server;
        var loop = connection.Tcp.Loop;
        _reader = new RequestReader(_server.HandshakeLimits, loop.Buffers);
        _timer = loop.CreateTimer(static me => me.Refuse(RequestTimeout, "the request did not arrive in time"), this);
        _timer.Restart(_server.Options.HandshakeTimeout);
    }

    /// <summary>Takes received bytes; gives back how many of them belong to the request. The rest are frames.</summary>
    public int Read(ReadOnlySpan<byte> data)
    {
        var rest = data;
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

        // Behind a refused request nothing is read. (An actor that closed in OnOpen still awaits the peer's close frame.)
        return _connection.WasOpened ? data.Length - rest.Length : data.Length;
    }

    /// <summary>Answers with a status and ends the connection, unless it was answered.</summary>
    public void Refuse(int status, string detail) => Refuse(status, detail, null, null);

    /// <summary>Gives back what the handshake holds.</summary>
    public void Dispose()
    {
        if (_ended) return;
        _ended = true;
        _timer.Cancel();
        _reader.Dispose();
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
        var request = new UpgradeRequest(head, result.Subprotocols, tcp.RemoteEndPoint, tcp.LocalEndPoint);
        var (actor, decision) = Decide(request);
        // The actor aborted: there is nobody to answer.
        if (tcp.IsDropped) return;
        if (decision is null) Refuse(actor is null ? NotFound : ServerError, "the application refused it");
        else if (!decision.IsAccepted) Refuse(decision.Status, "the application refused it", decision.Body, decision.Headers);
        else if (decision.Subprotocol is { } name && !OpeningHandshake.IsOffered(request.Subprotocols, name)) RefuseSubprotocol(name);
        else Accept(result, decision);
    }

    /// <summary>Asks the factory for an actor and the actor for a decision, which is null when one of them failed or there is none.</summary>
    private (WebSocketActor? Actor, UpgradeDecision? Decision) Decide(UpgradeRequest request)
    {
        var loop = _connection.Tcp.Loop;
        WebSocketActor? actor = null;
        loop.EnterCallback(_server, "OnUpgradeRequest");
        try
        {
            actor = _server.CreateActor(request);
            if (actor is null) return (null, null);
            _connection.Attach(actor);
            return (actor, actor.HandleUpgradeRequest(request)
                ?? throw new InvalidOperationException($"{actor.GetType().Name}.OnUpgradeRequest returned null."));
        }
        catch (Exception e)
        {
            Log.UpgradeFailed(_server.Logger, actor?.GetType().Name ?? "the actor factory", e);
            Refuse(ServerError, "the application failed");
            return (actor, null);
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
        Dispose();
        _connection.Open(decision.Subprotocol);
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
