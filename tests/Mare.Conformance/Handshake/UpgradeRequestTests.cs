// SPDX-License-Identifier: MIT
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Handshake;

/// <summary>RFC 6455 4.2.1: what makes a request an opening handshake.</summary>
public sealed class UpgradeRequestTests(EchoServer server)
{
    private const string KeyField = "Sec-WebSocket-Key";
    private const string VersionField = "Sec-WebSocket-Version";

    private static readonly RequestTable Malformed = new()
    {
        ["no key"] = r => r.Replace(KeyField),
        ["empty key"] = r => r.Replace(KeyField, $"{KeyField}:"),
        ["key that is not base64"] = r => r.Replace(KeyField, $"{KeyField}: !!!hIHNhbXBsZSBub25jZQ=="),
        ["key of 15 octets"] = r => r.Replace(KeyField, $"{KeyField}: dGhlIHNhbXBsZSBub25j"),
        ["key of 17 octets"] = r => r.Replace(KeyField, $"{KeyField}: dGhlIHNhbXBsZSBub25jZTE="),
        ["key without padding"] = r => r.Replace(KeyField, $"{KeyField}: dGhlIHNhbXBsZSBub25jZQ"),
        ["two keys"] = r => r.Add($"{KeyField}: AQIDBAUGBwgJCgsMDQ4PEA=="),
        ["the same key twice"] = r => r.Add($"{KeyField}: {HandshakeRequest.Key}"),
        ["two keys in one line"] =
            r => r.Replace(KeyField, $"{KeyField}: {HandshakeRequest.Key}, {HandshakeRequest.Key}"),
        ["version twice"] = r => r.Add($"{VersionField}: 13"),
        ["subprotocol named twice"] = r => r.Add("Sec-WebSocket-Protocol: chat, chat"),
        ["subprotocol named twice in two lines"] =
            r => r.Add("Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: other, chat"),
        ["subprotocol that is no token"] = r => r.Add("Sec-WebSocket-Protocol: a b"),
        ["extension without a name"] = r => r.Add("Sec-WebSocket-Extensions: ;a"),
        ["extension parameter without a name"] = r => r.Add("Sec-WebSocket-Extensions: x; =1"),
        ["extension parameter without a value"] = r => r.Add("Sec-WebSocket-Extensions: x; a="),
        ["extension with an open quote"] = r => r.Add("Sec-WebSocket-Extensions: x; a=\"1"),
        ["extension with a quoted value that is no token"] = r => r.Add("Sec-WebSocket-Extensions: x; a=\"1 2\""),
        ["extension that is no token"] = r => r.Add("Sec-WebSocket-Extensions: x@y"),
    };

    private static readonly RequestTable WrongVersion = new()
    {
        ["version 8"] = r => r.Replace(VersionField, $"{VersionField}: 8"),
        ["version 14"] = r => r.Replace(VersionField, $"{VersionField}: 14"),
        ["version 0"] = r => r.Replace(VersionField, $"{VersionField}: 0"),
        ["no version"] = r => r.Replace(VersionField),
    };

    private static readonly RequestTable Plain = new()
    {
        ["HTTP/1.0"] = r => r.RequestLine("GET / HTTP/1.0"),
        ["no Upgrade"] = r => r.Replace("Upgrade"),
        ["another Upgrade"] = r => r.Replace("Upgrade", "Upgrade: h2c"),
        ["no Connection"] = r => r.Replace("Connection"),
        ["Connection without upgrade"] = r => r.Replace("Connection", "Connection: keep-alive"),
        ["a browser's page load"] = r => r.Replace("Upgrade").Replace(KeyField).Replace(VersionField)
            .Replace("Connection", "Connection: keep-alive"),
    };

    private static readonly RequestTable TokenLists = new()
    {
        ["Upgrade in other case"] = r => r.Replace("Upgrade", "Upgrade: WebSocket"),
        ["Upgrade as a list"] = r => r.Replace("Upgrade", "Upgrade: h2c, websocket"),
        ["Upgrade in two lines"] = r => r.Replace("Upgrade", "Upgrade: h2c", "Upgrade: websocket"),
        ["Connection in other case"] = r => r.Replace("Connection", "Connection: UPGRADE"),
        ["Connection as Firefox sends it"] = r => r.Replace("Connection", "Connection: keep-alive, Upgrade"),
        ["Connection in two lines"] = r => r.Replace("Connection", "Connection: keep-alive", "Connection: Upgrade"),
        ["Connection with empty members"] = r => r.Replace("Connection", "Connection: , Upgrade ,,"),
        ["unknown extension"] = r => r.Add("Sec-WebSocket-Extensions: x-unknown; a=1; b=\"two\"; c"),
        ["another key"] = r => r.Replace(KeyField, $"{KeyField}: AQIDBAUGBwgJCgsMDQ4PEA=="),
    };

    public static IEnumerable<TheoryDataRow<string>> MalformedRows => Malformed.Rows;

    public static IEnumerable<TheoryDataRow<string>> WrongVersionRows => WrongVersion.Rows;

    public static IEnumerable<TheoryDataRow<string>> PlainRows => Plain.Rows;

    public static IEnumerable<TheoryDataRow<string>> TokenListRows => TokenLists.Rows;

    [Theory, MemberData(nameof(MalformedRows))]
    public Task Upgrade_Malformed_IsRefusedWith400(string name) =>
        Exchange.RefusedAsync(server, Malformed.For(server, name), name, 400);

    /// <summary>RFC 6455 4.4: the answer names the version that the server speaks.</summary>
    [Theory, MemberData(nameof(WrongVersionRows))]
    public async Task Upgrade_OfAnotherVersion_IsRefusedWith426(string name)
    {
        var answer = await Exchange.RefusedAsync(server, WrongVersion.For(server, name), name, 426);
        AssertUpgradeRequired(answer);
    }

    [Theory, MemberData(nameof(PlainRows))]
    public async Task Request_WithoutUpgrade_IsRefusedWith426(string name)
    {
        EchoServer.RequireMare();
        var answer = await Exchange.RefusedAsync(server, Plain.For(server, name), name, 426);
        AssertUpgradeRequired(answer);
    }

    [Theory, MemberData(nameof(TokenListRows))]
    public async Task Upgrade_WithTokenLists_IsAccepted(string name)
    {
        var answer = await Exchange.AcceptedAsync(server, TokenLists.For(server, name), name);
        Assert.Null(answer["Sec-WebSocket-Extensions"]);
        Assert.Null(answer["Sec-WebSocket-Protocol"]);
    }

    private static void AssertUpgradeRequired(HandshakeAnswer answer)
    {
        Assert.Equal("websocket", answer["Upgrade"]);
        Assert.Equal("13", answer["Sec-WebSocket-Version"]);
        Assert.Equal(["upgrade", "close"], answer.List("Connection"));
    }
}
