// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare;

public sealed partial class WebSocketConnection
{
    internal void Attach(WebSocketActor actor)
    {
        actor.Attach(this, _loop);
        _actor = actor;
    }

    /// <summary>Takes the decision of an actor that took its time.</summary>
    internal void Decided(UpgradeDecision decision) => _opening?.Answer(decision);

    /// <summary>Turns the connection open: the response is on the wire, frames follow.</summary>
    internal void Open(string? subprotocol, PerMessageDeflate? deflate)
    {
        _opening = null;
        Subprotocol = subprotocol;
        _deflate = deflate;
        if (deflate is null) _protocol.HandshakeCompleted();
        else _protocol.HandshakeCompleted(deflate);
        _wasOpen = true;
        Volatile.Write(ref _open, true);
        _server.CountOpen(_loop, 1);
        Log.Opened(_server.Logger);
        StartKeepAlive();
        StartMeter();
        Call("OnOpen", static me => me._actor!.HandleOpen());
    }

    /// <summary>Hears that no request was upgraded and none follows; lets go of the actor of one that was refused.</summary>
    internal void NotOpened()
    {
        _opening = null;
        LeaveSeat();
        _protocol.HandshakeFailed();
        _actor?.CancelPending();
        if (_actor is { IsBusy: false }) EndActor();
    }
}
