// SPDX-License-Identifier: MIT
namespace Mare.Cli.Connect;

/// <summary>Makes a peer's text harmless to a terminal: what would control it is shown instead.</summary>
internal static class Printable
{
    // U+2400 and on are pictures of the control characters, in their order.
    private const char Pictures = '\u2400';
    private const char PictureOfDelete = '\u2421';
    private const char Replacement = '\uFFFD';

    /// <summary>Replaces control characters but line ends and tabs.</summary>
    public static string Of(string text) => Replace(text, static c => c is '\n' or '\t');

    /// <summary>Replaces all control characters: each character takes its place on one line.</summary>
    public static string OneLine(string text) => Replace(text, static _ => false);

    private static string Replace(string text, Func<char, bool> keeps)
    {
        if (!text.Any(char.IsControl)) return text;
        return string.Create(text.Length, (text, keeps), static (span, s) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                var c = s.text[i];
                span[i] = !char.IsControl(c) || s.keeps(c) ? c
                    : c < ' ' ? (char)(Pictures + c)
                    : c == '\x7f' ? PictureOfDelete
                    : Replacement;
            }
        });
    }
}
