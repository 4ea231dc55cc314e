// SPDX-License-Identifier: MIT
using System.Text;
using CsCheck;
using Mare.Protocol;

namespace Mare.Tests.Upgrades;

/// <summary>Tokens of requests: RFC 6750, section 2.1, and the ways that browsers have.</summary>
public sealed class BearerTokenTests
{
    private const string Jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    [Theory]
    [InlineData("Bearer " + Jwt, Jwt)]
    [InlineData("bearer abc", "abc")]
    [InlineData("BEARER   abc", "abc")]
    [InlineData("Bearer aZ09-._~+/==", "aZ09-._~+/==")]
    [InlineData("Bearer ", null)]
    [InlineData("Bearer", null)]
    [InlineData("Bearerabc", null)]
    [InlineData("Bearer\tabc", null)]
    [InlineData("Bearer ====", null)]
    [InlineData("Bearer a=b", null)]
    [InlineData("Bearer a b", null)]
    [InlineData("Bearer a, Bearer b", null)]
    [InlineData("Bearer \"abc\"", null)]
    [InlineData("Bearer \u00E4bc", null)]
    [InlineData("Basic YTpi", null)]
    public void Authorization_OfAnyForm_IsReadStrictly(string value, string? token) =>
        Assert.Equal(token, BearerToken.FromAuthorization(new HeaderCollection([new("authorization", value)])));

    [Theory]
    [InlineData(BearerToken.MaxLength, true)]
    [InlineData(BearerToken.MaxLength + 1, false)]
    public void Token_UpToItsLongest_IsTaken(int length, bool isTaken)
    {
        var token = new string('x', length);
        Assert.Equal(isTaken ? token : null, BearerToken.FromAuthorization(new HeaderCollection([new("Authorization", "Bearer " + token)])));
    }

    [Theory]
    [InlineData("token=abc", "abc")]
    [InlineData("a=1; token=abc; b=2", "abc")]
    [InlineData("a=1;token=abc", "abc")]
    [InlineData("token=abc==", "abc==")]
    [InlineData("Token=abc", null)]
    [InlineData("mytoken=abc", null)]
    [InlineData("token2=abc", null)]
    [InlineData("token", null)]
    [InlineData("token=", null)]
    [InlineData("token=\"abc\"", null)]
    [InlineData("token=a c", null)]
    [InlineData("token=abc; token=abc", null)]
    [InlineData("token=; token=abc", null)]
    [InlineData("", null)]
    public void Cookie_OfAnyForm_IsReadStrictly(string cookies, string? token) =>
        Assert.Equal(token, BearerToken.FromCookie(new HeaderCollection([new("Cookie", cookies)]), "token"));

    [Theory]
    [InlineData("chat, bearer." + Jwt, Jwt)]
    [InlineData("bearer.abc, chat", "abc")]
    [InlineData("chat, base64url.bearer.YS9iKz09", "a/b+==")]
    [InlineData("chat, base64url.bearer.YS9iKz0", "a/b+=")]
    [InlineData("chat, base64url.bearer.YS9iKz0=", null)] // no token of a subprotocol list: the request is refused
    [InlineData("chat, base64url.bearer.YS9iKz0z*", null)]
    [InlineData("chat, base64url.bearer.w6Q", null)] // no ASCII
    [InlineData("chat, base64url.bearer.IA", null)] // a space
    [InlineData("chat, base64url.bearer.", null)]
    [InlineData("chat, bearer.", null)]
    [InlineData("chat, bearer.a, bearer.b", null)]
    [InlineData("chat, bearer.a, base64url.bearer.YQ", null)]
    [InlineData("chat, Bearer.abc", "abc")] // in any case, as Authorization
    [InlineData("chat, Base64URL.BEARER.YQ", "a")]
    [InlineData("chat, bearerabc", null)]
    [InlineData("chat", null)]
    public void Subprotocol_OfAnyForm_IsReadStrictly(string subprotocols, string? token)
    {
        string? seen = null;
        using var server = new MemoryServer(a => a.Decide = request =>
        {
            seen = BearerToken.FromSubprotocols(request);
            Assert.Equal(seen, BearerToken.Read(request));
            return true;
        });
        server.Request(Requests.Upgrade("/", $"Sec-WebSocket-Protocol: {subprotocols}"));
        Assert.Equal(token, seen);
    }

    [Fact]
    public void Subprotocols_WithAToken_AreSeenWithoutIt()
    {
        using var server = new MemoryServer(static a => a.Decide = static request => UpgradeDecision.Accept(request.Subprotocols[0]));
        var client = server.Request(Requests.Upgrade("/", "Sec-WebSocket-Protocol: bearer.abc, v1, base64url.bearer.YQ, Bearer.abc, v2"));
        var answer = client.ReadAnswer();
        Assert.Equal((101, "v1"), (answer.Status, answer["Sec-WebSocket-Protocol"]));
        Assert.Equal(["v1", "v2"], server.Actor.Request!.Subprotocols);
    }

    [Theory]
    [InlineData("bearer.abcxyz", "bearer.abcxyz")]
    [InlineData("Bearer.abcxyz", "Bearer.abcxyz")]
    [InlineData("base64url.bearer.abcxyz", "base64url.bearer.abcxyz")]
    [InlineData("bearer.abcxyz", "v1, bearer.abcxyz")] // the whole header
    [InlineData("bearer.abcxyz", "abcxyz")]
    public void Token_ChosenAsTheSubprotocol_IsNeitherSentBackNorLogged(string offered, string chosen)
    {
        using var server = new MemoryServer(a => a.Decide = _ => UpgradeDecision.Accept(chosen)) { ExpectedErrors = 1 };
        var answer = OpeningTests.AssertRefused(server.Request(Requests.Upgrade("/", $"Sec-WebSocket-Protocol: v1, {offered}")), 500);
        Assert.DoesNotContain("abcxyz", answer.Head + answer.Body, StringComparison.Ordinal);
        Assert.StartsWith("OnUpgradeRequest of ProbeActor chose a ", Assert.Single(server.Log.Errors).Text, StringComparison.Ordinal);
        Assert.All(server.Log.Lines, static l => Assert.DoesNotContain("abcxyz", l.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Authorization: Bearer first", "first")]
    [InlineData("Authorization: Basic YTpi", null)]
    [InlineData("X-Other: 1", "second")]
    public void Read_OfSeveralTokens_TakesTheFirstWayThatIsThere(string header, string? token)
    {
        string? seen = "";
        using var server = new MemoryServer(a => a.Decide = request => (seen = BearerToken.Read(request, "session")) is not null);
        server.Request(Requests.Upgrade("/", header, "Sec-WebSocket-Protocol: v1, bearer.second", "Cookie: session=third"));
        Assert.Equal(token, seen);
    }

    [Theory]
    [InlineData("session", "third")]
    [InlineData("other", null)]
    [InlineData(null, null)]
    public void Read_OfACookie_NeedsItsName(string? cookie, string? token)
    {
        string? seen = "";
        using var server = new MemoryServer(a => a.Decide = request => (seen = BearerToken.Read(request, cookie)) is not null);
        server.Request(Requests.Upgrade("/", "Cookie: session=third"));
        Assert.Equal(token, seen);
    }

    [Theory]
    [InlineData("secret", true)]
    [InlineData("Secret", false)]
    [InlineData("secre", false)]
    [InlineData("secrets", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Matches_TheRightTokenOnly(string? token, bool expected) => Assert.Equal(expected, BearerToken.Matches(token, "secret"));

    [Fact]
    public void Matches_NoSecret_IsACallersMistake() => Assert.Throws<ArgumentException>(() => BearerToken.Matches("", ""));

    [Fact]
    public void Unauthorized_Refusal_HasTheChallenge()
    {
        using var server = new MemoryServer(static a => a.Decide = static _ => BearerToken.Unauthorized());
        var answer = OpeningTests.AssertRefused(server.Request(Requests.Upgrade()), 401);
        Assert.Equal("Bearer", answer["WWW-Authenticate"]);
    }

    [Fact]
    public void Base64Url_OfAnyToken_ComesBack() => Check.Sample(
        Gen.Char["ABCabc019-._~+/"].Array[1, 60],
        static chars =>
        {
            var token = new string(chars) + (chars.Length % 2 == 0 ? "=" : "");
            var entry = "base64url.bearer." + System.Buffers.Text.Base64Url.EncodeToString(Encoding.ASCII.GetBytes(token));
            string? seen = null;
            using var server = new MemoryServer(a => a.Decide = request => (seen = BearerToken.FromSubprotocols(request)) is not null);
            server.Request(Requests.Upgrade("/", $"Sec-WebSocket-Protocol: v1, {entry}"));
            Assert.Equal(token, seen);
        },
        iter: 50);
}
