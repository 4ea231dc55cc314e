// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Protocol.Tests.Feeding;

namespace Mare.Fuzz.Targets;

/// <summary>Writes a target's words down.</summary>
internal static class Words
{
    /// <summary>Makes words of texts, one byte a character.</summary>
    public static byte[][] OfText(params string[] words) => [.. words.Select(Encoding.Latin1.GetBytes)];

    /// <summary>Makes words of hex digits.</summary>
    public static byte[][] OfHex(params string[] words) => [.. words.Select(Hex.Bytes)];
}
