// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Mare.Protocol;

namespace Mare.Cli.Connect;

/// <summary>Is one line of input, understood.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Payload">The message, or the ping's payload.</param>
/// <param name="Code">The close code.</param>
/// <param name="Text">The close reason, or what is wrong.</param>
internal sealed record InputLine(InputKind Kind, byte[] Payload, CloseCode Code = CloseCode.Normal, string Text = "")
{
    private const int MaxControlPayload = 125; // RFC 6455, section 5.5

    /// <summary>Understands a line that may be a command: one that begins with a slash. Two slashes send one.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="hex">Whether a line that is no command is hex.</param>
    public static InputLine ParseCommand(ReadOnlySpan<byte> line, bool hex)
    {
        if (line is not [(byte)'/', ..]) return Parse(line, hex);
        if (line is [(byte)'/', (byte)'/', ..]) return Parse(line[1..], hex);
        var text = Encoding.UTF8.GetString(line[1..]);
        var (name, rest) = Split(text);
        return name switch
        {
            "ping" => Ping(rest),
            "close" => Close(rest),
            "hex" => Parse(Encoding.UTF8.GetBytes(rest), hex: true),
            "help" => new(InputKind.Help, []),
            _ => Wrong($"There is no command /{name}; /help lists them, // begins a message with a slash"),
        };
    }

    /// <summary>Understands a line that is a message.</summary>
    public static InputLine Parse(ReadOnlySpan<byte> line, bool hex)
    {
        if (hex) return ParseHex(Encoding.UTF8.GetString(line));
        return System.Text.Unicode.Utf8.IsValid(line) ? new(InputKind.Text, line.ToArray()) : Wrong("This is not UTF-8; --hex sends bytes");
    }

    private static InputLine ParseHex(string text)
    {
        var digits = string.Concat(text.Where(static c => !char.IsWhiteSpace(c)));
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) digits = digits[2..];
        try
        {
            return new(InputKind.Binary, Convert.FromHexString(digits));
        }
        catch (FormatException)
        {
            return Wrong("This is not hex: two digits a byte, spaces between bytes if you like");
        }
    }

    private static InputLine Ping(string payload)
    {
        var bytes = Encoding.UTF8.GetBytes(payload);
        return bytes.Length <= MaxControlPayload ? new(InputKind.Ping, bytes) : Wrong($"A ping holds at most {MaxControlPayload} bytes");
    }

    private static InputLine Close(string arguments)
    {
        var (code, reason) = Split(arguments);
        if (code.Length == 0) return new(InputKind.Close, []);
        if (!ushort.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !((CloseCode)number).MayBeSent())
            return Wrong("A close code that may be sent is 1000-1003, 1007-1013 or 3000-4999");
        return Encoding.UTF8.GetByteCount(reason) <= CloseFrame.MaxReasonBytes
            ? new(InputKind.Close, [], (CloseCode)number, reason)
            : Wrong($"A close reason has at most {CloseFrame.MaxReasonBytes} bytes");
    }

    private static (string First, string Others) Split(string text)
    {
        var parts = text.Split(' ', 2, StringSplitOptions.TrimEntries);
        return (parts[0], parts.Length > 1 ? parts[1] : "");
    }

    private static InputLine Wrong(string what) => new(InputKind.Wrong, [], Text: what);
}
