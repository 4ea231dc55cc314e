// SPDX-License-Identifier: MIT
using Xunit;

namespace Mare.Protocol.Tests.Handshake;

/// <summary>RFC 9110, section 5: headers that a user adds.</summary>
public sealed class ResponseHeadersTests
{
    [Theory]
    [InlineData("X-Request-Id", "1")]
    [InlineData("Set-Cookie", "a=1; Path=/")]
    [InlineData("X", "")]
    [InlineData("X", "a\tb")]
    [InlineData("X", "\u00ff")]
    [InlineData("Retry-After", "5")]
    public void Header_Valid_MayBeAdded(string name, string value) =>
        Assert.Null(Record.Exception(() => ResponseHeaders.Validate(name, value)));

    [Theory]
    [InlineData("")]
    [InlineData("X Y")]
    [InlineData("X:")]
    [InlineData("X\r\nY")]
    [InlineData("\u00e9")]
    public void HeaderName_NotAToken_Throws(string name) => Throws(name, "1");

    [Theory]
    [InlineData("a\rb")]
    [InlineData("a\nb")]
    [InlineData("a\r\nX: 1")]
    [InlineData("a\0")]
    [InlineData("\u001b[0m")]
    [InlineData("\u007f")]
    [InlineData("\u0100")]
    [InlineData("\u20ac")]
    public void HeaderValue_ControlOrBeyondLatin1_Throws(string value) => Throws("X", value);

    [Theory]
    [InlineData("Upgrade")]
    [InlineData("connection")]
    [InlineData("Content-Length")]
    [InlineData("TRANSFER-ENCODING")]
    [InlineData("Date")]
    [InlineData("Sec-WebSocket-Accept")]
    [InlineData("sec-websocket-protocol")]
    [InlineData("Sec-WebSocket-Anything")]
    public void HeaderName_OfTheHandshake_Throws(string name) => Throws(name, "1");

    private static void Throws(string name, string value) =>
        Assert.Throws<ArgumentException>(() => ResponseHeaders.Validate(name, value));
}
