// SPDX-License-Identifier: MIT
namespace Mare.Protocol.Tests.Feeding;

/// <summary>Bytes as the RFC writes them: hex digits, spaces where they help.</summary>
internal static class Hex
{
    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
