// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Mare.Protocol.Tests.Feeding;

namespace Mare.Fuzz.Corpora;

/// <summary>Writes an input on one line: as hex, or as text in which <c>\r</c>, <c>\n</c>, <c>\\</c> and <c>\xHH</c> stand for bytes.</summary>
internal static class InputText
{
    /// <summary>Writes an input.</summary>
    public static string Write(byte[] input, bool asText)
    {
        if (!asText)
            return Hex.Of(input);
        var text = new StringBuilder();
        for (int i = 0; i < input.Length; i++)
        {
            bool isOuterSpace = input[i] == ' ' && (i == 0 || i == input.Length - 1);
            _ = input[i] switch
            {
                (byte)'\r' => text.Append(@"\r"),
                (byte)'\n' => text.Append(@"\n"),
                (byte)'\\' => text.Append(@"\\"),
                > 0x1F and < 0x7F when !isOuterSpace => text.Append((char)input[i]),
                _ => text.Append(CultureInfo.InvariantCulture, $@"\x{input[i]:x2}"),
            };
        }
        return text.ToString();
    }

    /// <summary>Reads an input that was written so.</summary>
    /// <exception cref="FormatException">It was not.</exception>
    public static byte[] Read(string line, bool asText)
    {
        if (!asText)
            return Hex.Bytes(line);
        var input = new List<byte>();
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] != '\\')
                input.Add((byte)line[i]);
            else
                input.Add(ReadEscape(line, ref i));
        }
        return [.. input];
    }

    private static byte ReadEscape(string line, ref int i)
    {
        switch (++i < line.Length ? line[i] : '\0')
        {
            case 'r':
                return (byte)'\r';
            case 'n':
                return (byte)'\n';
            case '\\':
                return (byte)'\\';
            case 'x' when i + 2 < line.Length:
                i += 2;
                return byte.Parse(line.AsSpan(i - 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            default:
                throw new FormatException($"No escape at {i} of '{line}'.");
        }
    }
}
