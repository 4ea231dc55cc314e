// SPDX-License-Identifier: MIT
namespace Mare;

public sealed partial class WebSocketConnection
{
    internal void Attach(WebSocketActor actor)
    {
        actor.Attach(this, _loop);
        _actor = actor;
    }

    /// <summary>Turns the connection open: the response is on the wire, frames follow.</summary>
    internal void Open(string? subprotocol)
    {
        _opening = null;
        Subprotocol = subprotocol;
        _protocol.HandshakeCompleted();
        _wasOpen = true;
        Volatile.Write(ref _open, true);
        _server.CountOpen(_loop, 1);
        Log.Opened(_server.Logger);
        Call("OnOpen", static me => me._actor!.HandleOpen());
    }

    /// <summary>Lets go of the actor of a request that was refused.</summary>
    internal void Refused()
    {
        _opening = null;
        _protocol.HandshakeFailed();
        if (_actor is null) return;
        EndActor();
        _actor = null;
    }
}
