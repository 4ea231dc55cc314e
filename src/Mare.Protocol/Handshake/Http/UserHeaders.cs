// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Checks the headers that a user adds to a head, so that they can neither break nor contradict it.</summary>
internal static class UserHeaders
{
    private static readonly string[] Reserved =
    [
        HeaderNames.Upgrade, HeaderNames.Connection, HeaderNames.ContentLength, HeaderNames.TransferEncoding,
        HeaderNames.Date,
    ];

    /// <summary>Throws when a header may not be added.</summary>
    /// <exception cref="ArgumentException">The name or the value is malformed, or the name is reserved.</exception>
    public static void Validate(string name, string value, params ReadOnlySpan<string> alsoReserved)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        if (!FieldSyntax.IsToken(name))
            throw new ArgumentException("A header name must be letters, digits and !#$%&'*+-.^_`|~", nameof(name));
        if (!FieldSyntax.IsValue(value))
            throw new ArgumentException($"The value of {name} has a control or non-Latin-1 character.", nameof(value));
        bool reserved = Contains(Reserved, name)
            || Contains(alsoReserved, name)
            || name.StartsWith(HeaderNames.WebSocketPrefix, StringComparison.OrdinalIgnoreCase);
        if (reserved)
            throw new ArgumentException($"{name} is written by the handshake: leave it out.", nameof(name));
    }

    /// <summary>Copies headers, and checks the copy: what is written later is what was checked.</summary>
    /// <exception cref="ArgumentException">One of them may not be added.</exception>
    public static KeyValuePair<string, string>[] Snapshot(
        IEnumerable<KeyValuePair<string, string>>? headers, params ReadOnlySpan<string> alsoReserved)
    {
        KeyValuePair<string, string>[] copy = headers is null ? [] : [.. headers];
        foreach ((string name, string value) in copy)
            Validate(name, value, alsoReserved);
        return copy;
    }

    private static bool Contains(ReadOnlySpan<string> names, string name)
    {
        foreach (string candidate in names)
        {
            if (candidate.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
