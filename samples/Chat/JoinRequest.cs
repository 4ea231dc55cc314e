// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Web;
using Mare;

namespace Chat;

/// <summary>Is what a client says of itself in the URL: <c>/chat?name=Ada&amp;session=SECRET&amp;room=ID&amp;since=42</c>.</summary>
/// <param name="Id">Who it is, across reconnects: public, made of the session, which is the client's secret.</param>
/// <param name="Name">The name it wants.</param>
/// <param name="Room">The room that it was in, or null.</param>
/// <param name="Since">The last message that it has of that room; 0 for none.</param>
internal sealed record JoinRequest(string Id, string Name, string? Room, long Since)
{
    public static JoinRequest From(UpgradeRequest request)
    {
        var query = HttpUtility.ParseQueryString(request.QueryString);
        var session = query["session"] is { Length: > 0 } given ? given : Guid.NewGuid().ToString();
        _ = long.TryParse(query["since"], NumberStyles.None, CultureInfo.InvariantCulture, out var since);
        return new JoinRequest(IdOf(session), Texts.CleanName(query["name"]), query["room"], since);
    }

    private static string IdOf(string session) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(session)).AsSpan(0, 8));
}
