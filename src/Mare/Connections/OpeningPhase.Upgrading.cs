// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare;

/// <content>An upgrade: asks the factory and the actor, and answers.</content>
internal sealed partial class OpeningPhase
{
    private HandshakeResult? _result; // once the actor is asked

    /// <summary>Answers the request as the actor decided.</summary>
    public void Answer(UpgradeDecision decision)
    {
        // The actor aborted, or took too long: there is nobody to answer.
        if (_state == State.Ended || _connection.Tcp.IsDropped) return;
        if (!decision.IsAccepted) Refuse(decision.Status, "the application refused it", decision.Body, decision.Headers);
        else if (decision.Subprotocol is { } name && !IsChoice(name)) RefuseSubprotocol(name);
        else if (_server.IsDraining) RefuseDraining();
        else Accept(_result!, decision);
    }

    /// <summary>Answers 500, since the application failed.</summary>
    public void Fail(Exception exception, WebSocketActor? actor)
    {
        Log.UpgradeFailed(_server.Logger, actor?.GetType().Name ?? "the actor factory", exception);
        Refuse(ServerError, "the application failed");
    }

    private void Ask(RequestHead head, HandshakeResult result)
    {
        _state = State.Deciding;
        _result = result;
        var request = new UpgradeRequest(head, result.Subprotocols, _client, _connection.Tcp);
        if (!TryCreateActor(request, out var actor))
            return;
        if (actor is null) Refuse(NotFound, "the application has no actor for it");
        else if (Decide(actor, request) is { } decision) Answer(decision);
    }

    // Tokens are never sent back.
    private bool IsChoice(string name) => OpeningHandshake.IsOffered(_result!.Subprotocols, name) && !BearerToken.IsToken(name);

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
        var deflate = _server.Compression?.Negotiate(result.Extensions, tcp.Loop);
        var scratch = LoopCompanion.Of(tcp.Loop).Scratch;
        scratch.ResetWrittenCount();
        HandshakeResponse.WriteSwitchingProtocols(
            scratch, result.AcceptKey, decision.Subprotocol, deflate?.Agreement.ToString(), decision.Headers, tcp.Loop.TimeProvider.GetUtcNow());
        tcp.WriteWire(scratch.WrittenSpan);
        tcp.AfterWrite();
        _state = State.Ended;
        EndHandshake();
        _timer.Cancel();
        _reader.Dispose();
        _connection.Open(decision.Subprotocol, deflate);
        _early.GiveBack();
    }

    private void RefuseSubprotocol(string name)
    {
        var actor = _connection.ActorName;
        if (BearerToken.IsToken(name)) Log.SubprotocolIsToken(_server.Logger, actor);
        else Log.SubprotocolNotOffered(_server.Logger, actor);
        Refuse(ServerError, "the application chose a subprotocol that was not offered");
    }
}
