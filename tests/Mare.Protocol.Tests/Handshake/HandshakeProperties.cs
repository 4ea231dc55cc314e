// SPDX-License-Identifier: MIT
using System.Text;
using CsCheck;
using Xunit;

namespace Mare.Protocol.Tests.Handshake;

/// <summary>
/// Whatever comes ends in need-more, a whole head or a documented error, the same at every split: the feeder checks
/// that, and that no buffer is lost, on each case.
/// </summary>
public sealed class HandshakeProperties
{
    private static readonly HandshakeLimits Tight =
        new() { MaxHeadBytes = 256, MaxTargetBytes = 16, MaxHeaderCount = 7 };

    private static readonly ClientHandshake Asked = new("a", "/") { Key = UpgradeText.Key };

    // Bytes that mean something to the grammar come often.
    private static readonly Gen<byte> Telling = Gen.OneOf(
        Gen.Byte, Gen.OneOf([.. "\r\n :\t,;=\"\\\0/#aG1"u8]));

    private static readonly Gen<(int At, byte Value)> Change = Gen.Select(Gen.Int[0, 400], Telling);

    [Fact]
    public void Request_ArbitraryBytes_EndsDocumented() =>
        Telling.Array[0, 300].Sample(bytes => HandshakeFeeder.Request(bytes, Tight));

    [Fact]
    public void Request_ChangedBytes_EndsDocumented() =>
        Gen.Select(Change.Array[1, 4], Gen.Bool).Sample((changes, tight) =>
        {
            byte[] bytes = Changed(
                UpgradeText.Request("Sec-WebSocket-Protocol: a, b", "Sec-WebSocket-Extensions: x; y=\"z\""), changes);
            HandshakeFeeder.Request(bytes, tight ? Tight : null);
        });

    [Fact]
    public void Request_LinesInAnyOrderAndNumber_EndsDocumented()
    {
        string[] more = ["X: 1", "Cookie: a=1", "Content-Length: 0", "X y: 2"];
        string[] lines = UpgradeText.Request(more).Split("\r\n")[1..^2];
        Gen.OneOf(lines).Array[0, 9].Sample(chosen =>
            HandshakeFeeder.Request(UpgradeText.Head("GET / HTTP/1.1", chosen), Tight));
    }

    [Fact]
    public void Response_ArbitraryBytes_EndsDocumented() =>
        Telling.Array[0, 300].Sample(bytes => HandshakeFeeder.Response(bytes, Asked, Tight));

    [Fact]
    public void Response_ChangedBytes_EndsDocumented() =>
        Change.Array[1, 4].Sample(changes => HandshakeFeeder.Response(
            Changed(UpgradeText.Response("Set-Cookie: a", "Set-Cookie: b"), changes), Asked));

    [Fact]
    public void ExtensionHeader_ArbitraryText_NeverThrows() =>
        Telling.Array[0, 60].Sample(bytes =>
            ExtensionHeader.TryParse(Encoding.Latin1.GetString(bytes), out IReadOnlyList<ExtensionOffer> list)
                == (list.Count > 0));

    [Fact]
    public void Head_WhatIsRead_IsWhatWasSent()
    {
        Gen<string> name = Gen.String[Gen.Char["abcXYZ019!#$%&'*+-.^_`|~"], 1, 10].Select(static text => "X-" + text);
        Gen<string> value = Gen.String[Gen.Char[' ', '~'], 0, 20].Select(static text => text.Trim());
        Gen.Select(name, value).Array[0, 10].Sample(fields =>
        {
            string text = UpgradeText.Request([.. fields.Select(static field => $"{field.Item1}:{field.Item2}")]);
            HeaderCollection headers = HandshakeFeeder.Request(text).Head!.Headers;
            return fields.All(field => headers[field.Item1] == string.Join(", ", fields
                .Where(other => other.Item1.Equals(field.Item1, StringComparison.OrdinalIgnoreCase))
                .Select(static other => other.Item2)));
        });
    }

    private static byte[] Changed(string text, (int At, byte Value)[] changes)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        foreach ((int at, byte value) in changes)
            bytes[at % bytes.Length] = value;
        return bytes;
    }
}
