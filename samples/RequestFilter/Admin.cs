// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using System.Text;
using Mare;

namespace RequestFilter;

/// <summary>Is open to those only who know the token: in the query, or as "Authorization: Bearer".</summary>
internal sealed class Admin(string token) : WebSocketServerActor
{
    private const string Scheme = "Bearer ";

    protected override UpgradeDecision OnUpgradeRequest(UpgradeRequest request)
    {
        if (TokenOf(request) is not { } given)
            return UpgradeDecision.Reject(401, "A token is needed.\n", [new("WWW-Authenticate", "Bearer")]);
        // In a time that does not tell how much of the token was right.
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(token));
    }

    protected override void OnOpen() => Connection.SendText("Welcome.");

    private static string? TokenOf(UpgradeRequest request)
    {
        // A browser's WebSocket cannot set headers: pages use the query, a cookie or a first message.
        const string Parameter = "?token=";
        if (request.QueryString.StartsWith(Parameter, StringComparison.Ordinal)) return request.QueryString[Parameter.Length..];
        var authorization = request.Headers["Authorization"];
        return authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true ? authorization[Scheme.Length..] : null;
    }
}
