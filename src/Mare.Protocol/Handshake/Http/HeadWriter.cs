// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mare.Protocol;

/// <summary>Writes the parts of a head; what is written must have been checked.</summary>
internal static class HeadWriter
{
    // "Sun, 06 Nov 1994 08:49:37 GMT"
    private const int DateBytes = 29;

    /// <summary>Writes text, one byte a character (ISO-8859-1).</summary>
    public static void WriteText(this IBufferWriter<byte> writer, ReadOnlySpan<char> text) =>
        Encoding.Latin1.GetBytes(text, writer);

    /// <summary>Writes one header line.</summary>
    public static void WriteField(this IBufferWriter<byte> writer, string name, ReadOnlySpan<char> value)
    {
        writer.WriteText(name);
        writer.Write(": "u8);
        writer.WriteText(value);
        writer.WriteLineEnd();
    }

    /// <summary>Writes header lines in their order.</summary>
    public static void WriteFields(this IBufferWriter<byte> writer, KeyValuePair<string, string>[] fields)
    {
        foreach ((string name, string value) in fields)
            writer.WriteField(name, value);
    }

    /// <summary>Writes the <c>Date</c> as IMF-fixdate (RFC 9110, section 5.6.7).</summary>
    public static void WriteDate(this IBufferWriter<byte> writer, DateTimeOffset date)
    {
        writer.Write("Date: "u8);
        date.TryFormat(writer.GetSpan(DateBytes), out int written, "R", CultureInfo.InvariantCulture);
        writer.Advance(written);
        writer.WriteLineEnd();
    }

    /// <summary>Writes CR LF.</summary>
    public static void WriteLineEnd(this IBufferWriter<byte> writer) => writer.Write("\r\n"u8);
}
