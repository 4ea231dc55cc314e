// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Compares entity tags, the names of versions of what a path shows. RFC 9110, section 8.8.3.</summary>
internal static class EntityTag
{
    /// <summary>Says whether a client has the present version already.</summary>
    /// <param name="ifNoneMatch">The value of If-None-Match: a list of tags, or "*"; null when there is none.</param>
    /// <param name="tag">The present version's tag.</param>
    /// <returns>True by the weak comparison. RFC 9110, section 13.1.2.</returns>
    public static bool IsMatch(string? ifNoneMatch, string tag)
    {
        if (ifNoneMatch is null) return false;
        if (ifNoneMatch.AsSpan().Trim() is "*") return true;
        var rest = ifNoneMatch.AsSpan();
        var wanted = Opaque(tag);
        // A tag is quoted and may hold commas: it is taken from quote to quote.
        for (var start = rest.IndexOf('"'); start >= 0; start = rest.IndexOf('"'))
        {
            var length = rest[(start + 1)..].IndexOf('"');
            if (length < 0) return false;
            if (rest.Slice(start, length + 2).SequenceEqual(wanted)) return true;
            rest = rest[(start + length + 2)..];
        }

        return false;
    }

    private static ReadOnlySpan<char> Opaque(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag.AsSpan(2) : tag;
}
