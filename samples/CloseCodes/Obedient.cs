// SPDX-License-Identifier: MIT
using Mare;

namespace CloseCodes;

/// <summary>Is what an actor hears when its connection has ended.</summary>
internal sealed record Ending(CloseStatus Status, string Reason, CloseInitiator ClosedBy, bool Cleanly);

/// <summary>Ends itself as its client asks, and tells how it ended.</summary>
internal sealed class Obedient(TaskCompletionSource<Ending> ending) : WebSocketServerActor
{
    protected override void OnTextMessage(string text)
    {
        switch (text)
        {
            case "close":
                Connection.Close(CloseCode.Normal, "as you wish");
                break;
            case "close with 4000":
                Connection.Close((CloseCode)4000, "a code of our own");
                break;
            case "abort":
                Connection.Abort();
                break;
            case "throw":
                throw new InvalidOperationException("The client asked for it.");
        }
    }

    // Once, last, whatever happened: the place to tidy up.
    protected override void OnClosed(CloseStatus status, string reason) =>
        ending.SetResult(new Ending(status, reason, Connection.ClosedBy, Connection.ClosedCleanly));
}
