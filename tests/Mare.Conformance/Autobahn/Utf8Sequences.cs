// SPDX-License-Identifier: MIT
using System.Text;

namespace Mare.Conformance.Autobahn;

/// <summary>The sequences of Autobahn's groups 6.5 to 6.23, which follow Markus Kuhn's decoder stress test. Whether one
/// is valid is said here by hand, not asked of a decoder.</summary>
internal static class Utf8Sequences
{
    /// <summary>The Greek word kosme, five letters of two and three octets.</summary>
    public const string Kosme = "CEBAE1BDB9CF83CEBCCEB5";

    private static readonly string[] Incomplete =
    [
        "C0", "E080", "F08080", "F8808080", "FC80808080", "DF", "EFBF", "F7BFBF", "FBBFBFBF", "FDBFBFBFBF",
    ];

    /// <summary>Every sequence with its case number and what it shows.</summary>
    public static IReadOnlyList<Utf8Sequence> All { get; } = [.. Numbered()];

    private static IEnumerable<Utf8Sequence> Numbered()
    {
        var group = 5;
        foreach (var (description, sequences) in Groups())
        {
            var number = 1;
            foreach (var (valid, octets) in sequences)
                yield return new Utf8Sequence($"6.{group}.{number++}", description, octets, valid);
            group++;
        }
    }

    private static IEnumerable<(string, IEnumerable<(bool, byte[])>)> Groups()
    {
        const string Hello = "68656C6C6F";
        const string World = "776F726C64";
        yield return ("valid text", Valid(
            $"{Hello}24{World}", $"{Hello}C2A2{World}", $"{Hello}E282AC{World}", $"{Hello}F0A4ADA2{World}", Kosme));
        yield return ("prefix of valid text", Prefixes());
        yield return ("first sequence of its length", Valid("00", "C280", "E0A080", "F0908080"));
        yield return ("first sequence of five and six octets", Invalid("F888808080", "FC8480808080"));
        yield return ("last sequence of its length", Valid("7F", "DFBF", "EFBFBF", "F48FBFBF"));
        yield return ("last sequence of four to six octets", Invalid("F7BFBFBF", "FBBFBFBFBF", "FDBFBFBFBFBF"));
        yield return ("boundary", Valid("ED9FBF", "EE8080", "EFBFBD", "F48FBFBF").Concat(Invalid("F4908080")));
        yield return ("unexpected continuation octets", Invalid(
            "80", "BF", "80BF", "80BF80", "80BF80BF", "80BF80BF80", "80BF80BF80BF",
            string.Concat(Enumerable.Range(0x80, 0x40).Select(octet => $"{octet:X2}"))));
        yield return ("lonely start octets", Invalid(
            Spaced(0xC0, 0xDF), Spaced(0xE0, 0xEF), Spaced(0xF0, 0xF7), Spaced(0xF8, 0xFB), Spaced(0xFC, 0xFD)));
        yield return ("last continuation octet missing", Invalid(Incomplete));
        yield return ("incomplete sequences joined", Invalid(string.Concat(Incomplete)));
        yield return ("impossible octets", Invalid("FE", "FF", "FEFEFFFF"));
        yield return ("overlong solidus", Invalid("C0AF", "E080AF", "F08080AF", "F8808080AF", "FC80808080AF"));
        yield return ("longest overlong", Invalid("C1BF", "E09FBF", "F08FBFBF", "F887BFBFBF", "FC83BFBFBFBF"));
        yield return ("overlong NUL", Invalid("C080", "E08080", "F0808080", "F880808080", "FC8080808080"));
        yield return ("single surrogate", Invalid(
            "EDA080", "EDADBF", "EDAE80", "EDAFBF", "EDB080", "EDBE80", "EDBFBF"));
        yield return ("paired surrogates", Invalid(
            "EDA080EDB080", "EDA080EDBFBF", "EDADBFEDB080", "EDADBFEDBFBF",
            "EDAE80EDB080", "EDAE80EDBFBF", "EDAFBFEDB080", "EDAFBFEDBFBF"));
        yield return ("non-character", Valid([.. NonCharacters()]));
        yield return ("special", Valid("EFBFB9", "EFBFBA", "EFBFBB", "EFBFBC", "EFBFBD", "EFBFBE", "EFBFBF"));
    }

    private static IEnumerable<(bool, byte[])> Valid(params string[] hex) =>
        hex.Select(h => (true, Convert.FromHexString(h)));

    private static IEnumerable<(bool, byte[])> Invalid(params string[] hex) =>
        hex.Select(h => (false, Convert.FromHexString(h)));

    private static IEnumerable<(bool, byte[])> Prefixes()
    {
        var whole = Convert.FromHexString(Kosme);
        int[] letterEnds = [2, 5, 7, 9, 11];
        return Enumerable.Range(1, whole.Length).Select(n => (letterEnds.Contains(n), whole[..n]));
    }

    private static string Spaced(int first, int last) =>
        string.Concat(Enumerable.Range(first, last - first + 1).Select(octet => $"{octet:X2}20"));

    /// <summary>The last two code points of each of the 17 planes (valid, although no characters).</summary>
    private static IEnumerable<string> NonCharacters() =>
        from plane in Enumerable.Range(0, 17)
        from last in Enumerable.Range(0xFFFE, 2)
        select Convert.ToHexString(Encoding.UTF8.GetBytes(new Rune(plane << 16 | last).ToString()));
}
