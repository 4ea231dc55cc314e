// SPDX-License-Identifier: MIT
using CsCheck;
using Xunit;

namespace Mare.Protocol.Tests.Handshake.Extensions;

/// <summary>RFC 6455, section 9.1: the grammar of extensions.</summary>
public sealed class ExtensionHeaderTests
{
    private static readonly Gen<string> Token =
        Gen.String[Gen.Char["abcXYZ019!#$%&'*+-.^_`|~"], 1, 8];

    [Theory]
    [InlineData("foo", "foo")]
    [InlineData("permessage-deflate", "permessage-deflate")]
    [InlineData("foo, bar", "foo|bar")]
    [InlineData("foo,bar,foo", "foo|bar|foo")]
    [InlineData("foo; a", "foo; a")]
    [InlineData("foo;a=1", "foo; a=1")]
    [InlineData("foo; a=1; b; a=2", "foo; a=1; b; a=2")]
    [InlineData("foo; a=\"1\"", "foo; a=1")]
    [InlineData("foo; a=\"\\1\\0\"", "foo; a=10")]
    [InlineData(" foo\t; a = 1 ,\tbar ; b ", "foo; a=1|bar; b")]
    [InlineData("deflate-stream, mux; max-channels=4; flow", "deflate-stream|mux; max-channels=4; flow")]
    public void Parse_WellFormed_GivesNamesAndParameters(string value, string expected)
    {
        Assert.True(ExtensionHeader.TryParse(value, out IReadOnlyList<ExtensionOffer> list));
        Assert.Equal(expected, string.Join('|', list));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(",")]
    [InlineData("foo,")]
    [InlineData(",foo")]
    [InlineData("foo,,bar")]
    [InlineData("foo;")]
    [InlineData("foo; ;a")]
    [InlineData(";a")]
    [InlineData("foo; a=")]
    [InlineData("foo; =1")]
    [InlineData("foo=1")]
    [InlineData("foo bar")]
    [InlineData("foo; a b")]
    [InlineData("foo; a==1")]
    [InlineData("foo; a=1 2")]
    [InlineData("foo; a=\"\"")]
    [InlineData("foo; a=\"1 2\"")]
    [InlineData("foo; a=\"1")]
    [InlineData("foo; a=\"1\\\"")]
    [InlineData("foo; a=\"1\\")]
    [InlineData("foo; a=\"\\\"\"")]
    [InlineData("foo; a=\"1\"2")]
    [InlineData("\"foo\"")]
    [InlineData("foo; \"a\"=1")]
    [InlineData("fo\u00f6")]
    [InlineData("foo/1")]
    public void Parse_Malformed_GivesNothing(string value)
    {
        Assert.False(ExtensionHeader.TryParse(value, out IReadOnlyList<ExtensionOffer> list));
        Assert.Empty(list);
    }

    [Fact]
    public void Parse_ParameterWithoutValue_IsNullAndNotEmpty()
    {
        Assert.True(ExtensionHeader.TryParse("foo; a; b=1", out IReadOnlyList<ExtensionOffer> list));
        Assert.Equal("foo", list[0].Name);
        Assert.Equal([new("a", null), new("b", "1")], list[0].Parameters);
    }

    [Fact]
    public void Offer_WrittenAndParsed_IsTheSame() =>
        Gen.Select(Token, Gen.Select(Token, Token.Null()).Array[0, 5]).Array[1, 4].Sample(items =>
        {
            string text = string.Join(',', items.Select(static item => new ExtensionOffer(
                item.Item1, item.Item2.Select(static p => new KeyValuePair<string, string?>(p.Item1, p.Item2)))));
            return ExtensionHeader.TryParse(text, out IReadOnlyList<ExtensionOffer> list)
                && string.Join(',', list) == text;
        });

    [Theory]
    [InlineData("", "a", "1")]
    [InlineData("f oo", "a", "1")]
    [InlineData("foo", "", "1")]
    [InlineData("foo", "a", "")]
    [InlineData("foo", "a", "1\r\nX: 1")]
    public void Offer_NotOfTokens_Throws(string name, string parameter, string? value) =>
        Assert.Throws<ArgumentException>(() =>
            new ExtensionOffer(name, new KeyValuePair<string, string?>(parameter, value)));
}
