// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Mare.Cli.Bench.Traffic;

/// <summary>Makes text as an application might send it: an array of objects with names, numbers and words, cut to size.</summary>
internal static class JsonText
{
    private static readonly string[] Words =
    [
        "order", "price", "market", "open", "close", "volume", "client", "server", "room", "message", "river", "stone", "north",
        "garden", "window", "letter", "summer", "number", "signal", "bridge",
    ];

    /// <summary>Makes a text: of the same number and size always the same.</summary>
    /// <param name="number">Which one.</param>
    /// <param name="size">How many bytes, ASCII.</param>
    public static byte[] Make(int number, int size)
    {
        // Not for secrets: a generator whose sequence is the same on every machine.
        var state = (uint)number + 1;
        int Next(int below)
        {
            state = (state * 1664525) + 1013904223;
            return (int)((state >> 8) % (uint)below);
        }

        var text = new StringBuilder("[", size + 256);
        while (text.Length < size)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"id\":{Next(1_000_000)},\"user\":\"{Words[Next(Words.Length)]}{Next(1000)}\",");
            text.Append(CultureInfo.InvariantCulture, $"\"price\":{Next(10_000)}.{Next(100):00},\"side\":\"{(Next(2) == 0 ? "buy" : "sell")}\",");
            text.Append(CultureInfo.InvariantCulture, $"\"text\":\"{Words[Next(Words.Length)]} {Words[Next(Words.Length)]} {Words[Next(Words.Length)]}\"}},");
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, size));
    }
}
