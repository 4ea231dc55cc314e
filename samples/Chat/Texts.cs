// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Chat;

/// <summary>Cleans what people write, so that it can be shown to others.</summary>
internal static class Texts
{
    public const int MaxMessageLength = 2000;

    // Of user-perceived characters; an emoji may be of many chars, hence the second bound.
    private const int MaxNameLength = 24;
    private const int MaxNameChars = 96;

    /// <summary>Makes a name of one short line; "Guest" of nothing.</summary>
    public static string CleanName(string? name)
    {
        var line = string.Join(' ', Clean(name ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var kept = new StringBuilder();
        var characters = StringInfo.GetTextElementEnumerator(line);
        for (var i = 0; i < MaxNameLength && characters.MoveNext(); i++)
        {
            var character = characters.GetTextElement();
            if (kept.Length + character.Length > MaxNameChars) break;
            kept.Append(character);
        }

        return kept.Length == 0 ? "Guest" : kept.ToString().TrimEnd();
    }

    /// <summary>Removes what is invisible or turns the text around it, and white space at both ends.</summary>
    public static string Clean(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsShown(rune)) kept.Append(rune);
        }

        return kept.ToString().Trim();
    }

    // The joiners make emoji families and Persian words; other format characters are bidi overrides and the like.
    private static bool IsShown(Rune rune) => rune.Value is '\n' or '\t' or 0x200C or 0x200D
        || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format);
}
