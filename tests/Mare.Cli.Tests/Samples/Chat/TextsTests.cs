// SPDX-License-Identifier: MIT
using Chat;

namespace Mare.Cli.Tests.Samples;

/// <summary>samples/Chat: what people write is cleaned.</summary>
public sealed class TextsTests
{
    [Theory]
    [InlineData(null, "Guest")]
    [InlineData("", "Guest")]
    [InlineData(" \t\n ", "Guest")]
    [InlineData("\u200b\u202e", "Guest")]
    [InlineData("  Ada \n  Lovelace ", "Ada Lovelace")]
    [InlineData("a\u0000b\u001bc\u202ed", "abcd")]
    [InlineData("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwx")]
    [InlineData("👩‍👩‍👧 Zoë", "👩‍👩‍👧 Zoë")]
    public void CleanName_IsOneShortLine(string? name, string cleaned) => Assert.Equal(cleaned, Texts.CleanName(name));

    [Fact]
    public void CleanName_OfEndlessMarks_IsBounded() =>
        Assert.InRange(Texts.CleanName("a" + new string('\u0301', 5000)).Length, 1, 96);

    [Theory]
    [InlineData(" a\n\tb ", "a\n\tb")]
    [InlineData("a\r\nb\u0007", "a\nb")]
    [InlineData("\u2066x\u2069", "x")]
    public void Clean_KeepsWhatIsShown(string text, string cleaned) => Assert.Equal(cleaned, Texts.Clean(text));
}
