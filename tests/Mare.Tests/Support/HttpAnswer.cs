// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Mare.Tests;

/// <summary>Is a server's answer to a handshake, or to a plain request.</summary>
internal sealed record HttpAnswer(int Status, string Head, string Body)
{
    /// <summary>Takes an answer off the start of received bytes; null when its head is not there whole.</summary>
    public static HttpAnswer? TryRead(ref ReadOnlySpan<byte> data)
    {
        var end = data.IndexOf("\r\n\r\n"u8);
        if (end < 0) return null;
        var head = Encoding.Latin1.GetString(data[..(end + 2)]);
        data = data[(end + 4)..];
        var status = int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
        var answer = new HttpAnswer(status, head, "");
        if (status == 101) return answer;
        // What is refused ends with the connection: all that follows is body.
        answer = answer with { Body = Encoding.UTF8.GetString(data) };
        data = default;
        return answer;
    }

    /// <summary>Takes a plain answer with the body that its head counts; null when it is not there whole.</summary>
    /// <param name="data">Received bytes, in the end what follows the answer.</param>
    /// <param name="isHead">Whether the request was HEAD: then no body follows.</param>
    public static HttpAnswer? TryReadPlain(ref ReadOnlySpan<byte> data, bool isHead = false)
    {
        var rest = data;
        if (TryRead(ref rest) is not { } answer) return null;
        var end = data.IndexOf("\r\n\r\n"u8) + 4;
        var length = isHead || answer["Content-Length"] is not { } text ? 0 : int.Parse(text, CultureInfo.InvariantCulture);
        if (data.Length - end < length) return null;
        answer = answer with { Body = Encoding.UTF8.GetString(data.Slice(end, length)) };
        data = data[(end + length)..];
        return answer;
    }

    /// <summary>Gets a header's value; null when it is missing; a test fails when it comes twice.</summary>
    public string? this[string name]
    {
        get
        {
            var lines = Head.Split("\r\n").Skip(1).Where(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).ToArray();
            Assert.True(lines.Length <= 1, $"{name} comes {lines.Length} times in:\n{Head}");
            return lines.Length == 0 ? null : lines[0][(name.Length + 1)..].Trim();
        }
    }
}
