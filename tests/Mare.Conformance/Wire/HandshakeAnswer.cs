// SPDX-License-Identifier: MIT
using System.Text;

namespace Mare.Conformance.Wire;

/// <summary>What a server answered to an opening handshake.</summary>
internal sealed record HandshakeAnswer(int Status, IReadOnlyList<KeyValuePair<string, string>> Fields, byte[] Body)
{
    /// <summary>The value of the field that stands there once, null when it is missing.</summary>
    public string? this[string name]
    {
        get
        {
            var values = Fields.Where(f => f.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
            Assert.True(values.Count <= 1, $"{name} stands {values.Count} times in {this}");
            return values.Count == 0 ? null : values[0].Value;
        }
    }

    /// <summary>The members of a field that is a list, in lower case.</summary>
    public IReadOnlyList<string> List(string name) =>
        [.. (this[name] ?? "").Split(',').Select(member => member.Trim().ToLowerInvariant())];

    public override string ToString() =>
        $"{Status} with {string.Join("; ", Fields.Select(f => $"{f.Key}: {f.Value}"))} "
        + $"and {Body.Length} octets of body [{Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 200)))}]";
}
