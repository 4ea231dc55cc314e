// SPDX-License-Identifier: MIT
using Mare;

namespace RequestFilter;

/// <summary>
/// Is open to those only who know the token: programs send it as "Authorization: Bearer", pages, which cannot, offer it as a
/// subprotocol: <c>new WebSocket(url, ["admin", "bearer." + token])</c>.
/// </summary>
internal sealed class Admin(string token) : WebSocketServerActor
{
    protected override UpgradeDecision OnUpgradeRequest(UpgradeRequest request)
    {
        if (BearerToken.Read(request) is not { } given) return BearerToken.Unauthorized();
        // In a time that does not tell how much of the token was right.
        if (!BearerToken.Matches(given, token)) return UpgradeDecision.Reject(403);
        // A browser that offers subprotocols wants one of them chosen; the token is not among these.
        return UpgradeDecision.Accept(request.Subprotocols.Contains("admin") ? "admin" : null);
    }

    protected override void OnOpen() => Connection.SendText("Welcome.");
}
