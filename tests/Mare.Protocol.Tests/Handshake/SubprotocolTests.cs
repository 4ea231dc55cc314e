// SPDX-License-Identifier: MIT
using Xunit;

namespace Mare.Protocol.Tests.Handshake;

/// <summary>RFC 6455, sections 4.1, item 10, and 11.3.4: subprotocols offered, and the choice among them.</summary>
public sealed class SubprotocolTests
{
    [Theory]
    [InlineData("Sec-WebSocket-Protocol: a", "a")]
    [InlineData("Sec-WebSocket-Protocol: b,a", "b a")]
    [InlineData("Sec-WebSocket-Protocol: b ,\ta", "b a")]
    [InlineData("Sec-WebSocket-Protocol: a, A", "a A")]
    [InlineData("Sec-WebSocket-Protocol: v2.chat\r\nsec-websocket-protocol: v1.chat, x", "v2.chat v1.chat x")]
    public void Subprotocols_Offered_KeepTheirOrder(string lines, string names) =>
        Assert.Equal(names, string.Join(' ', Validate(lines).Subprotocols));

    [Theory]
    [InlineData("Sec-WebSocket-Protocol: a, a")]
    [InlineData("Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Protocol: c, a")]
    public void Subprotocol_NamedTwice_IsRefused(string lines) => Refuses(lines);

    [Theory]
    [InlineData("Sec-WebSocket-Protocol:")]
    [InlineData("Sec-WebSocket-Protocol: a,")]
    [InlineData("Sec-WebSocket-Protocol: ,a")]
    [InlineData("Sec-WebSocket-Protocol: a b")]
    [InlineData("Sec-WebSocket-Protocol: a/b")]
    [InlineData("Sec-WebSocket-Protocol: \"a\"")]
    [InlineData("Sec-WebSocket-Protocol: \u00e9")]
    public void Subprotocol_NotAToken_IsRefused(string lines) => Refuses(lines);

    [Theory]
    [InlineData("chat", true)]
    [InlineData("Chat", false)]
    [InlineData("other", false)]
    [InlineData("", false)]
    public void Choice_AmongThoseOffered_IsOffered(string choice, bool offered) =>
        Assert.Equal(offered, OpeningHandshake.IsOffered(["superchat", "chat"], choice));

    private static HandshakeResult Validate(string lines) =>
        HandshakeFeeder.Request(UpgradeText.Request(lines)).Validated!;

    private static void Refuses(string lines)
    {
        HandshakeResult result = Validate(lines);
        Assert.Equal(HandshakeResultKind.Refused, result.Kind);
        Assert.Equal(HandshakeError.InvalidHttp, result.Error);
        Assert.Equal("The Sec-WebSocket-Protocol is not a list of tokens, each named once.", result.Detail);
    }
}
