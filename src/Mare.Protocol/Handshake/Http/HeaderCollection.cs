// SPDX-License-Identifier: MIT
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Mare.Protocol;

/// <summary>Holds the header fields of a head, each name once, in the order of their first lines.</summary>
/// <remarks>
/// Names are compared ignoring ASCII case. Lines of one name are joined by <c>", "</c>, those of <c>Cookie</c> by
/// <c>"; "</c>; only <c>Set-Cookie</c> stays apart, line by line (RFC 9110, section 5.3). Immutable: any thread may
/// read.
/// </remarks>
public sealed class HeaderCollection : IReadOnlyCollection<KeyValuePair<string, string>>
{
    private readonly KeyValuePair<string, string>[] _fields;

    /// <summary>Collects lines, joining those of one name.</summary>
    /// <param name="lines">Names and values; they are not checked.</param>
    public HeaderCollection(IEnumerable<KeyValuePair<string, string>> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var joined = new List<KeyValuePair<string, string>>();
        foreach ((string name, string value) in lines)
            Add(joined, name, value);
        _fields = [.. joined];
    }

    private HeaderCollection(KeyValuePair<string, string>[] fields) => _fields = fields;

    /// <summary>Gets a collection of nothing.</summary>
    public static HeaderCollection Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _fields.Length;

    /// <summary>Gets the joined value of a header, or null when there is none.</summary>
    /// <param name="name">The name, in any case.</param>
    public string? this[string name] => TryGetValue(name, out string? value) ? value : null;

    /// <summary>Looks for a header.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <param name="value">The joined value, without the white space around it.</param>
    /// <returns>True when there is one.</returns>
    public bool TryGetValue(string name, [NotNullWhen(true)] out string? value)
    {
        ArgumentNullException.ThrowIfNull(name);
        int index = IndexOf(_fields, name);
        value = index < 0 ? null : _fields[index].Value;
        return index >= 0;
    }

    /// <summary>Says whether there is a header of this name.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <returns>True when there is one, even if its value is empty.</returns>
    public bool Contains(string name) => TryGetValue(name, out _);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, string>>)_fields).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes over lines that are joined already.</summary>
    internal static HeaderCollection FromJoined(List<KeyValuePair<string, string>> joined) =>
        joined.Count == 0 ? Empty : new([.. joined]);

    /// <summary>Adds a line to lines that are joined already.</summary>
    /// <returns>True when the name was there before.</returns>
    internal static bool Add(List<KeyValuePair<string, string>> joined, string name, string value)
    {
        int index = IndexOf(CollectionsMarshal.AsSpan(joined), name);
        if (index < 0 || name.Equals(HeaderNames.SetCookie, StringComparison.OrdinalIgnoreCase))
        {
            joined.Add(new(name, value));
            return index >= 0;
        }

        bool isCookie = name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase);
        joined[index] = new(joined[index].Key, joined[index].Value + (isCookie ? "; " : ", ") + value);
        return true;
    }

    private static int IndexOf(ReadOnlySpan<KeyValuePair<string, string>> fields, string name)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            if (fields[i].Key.Equals(name, StringComparison.OrdinalIgnoreCase))
                return i;
        }

        return -1;
    }
}
