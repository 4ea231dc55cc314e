// SPDX-License-Identifier: MIT
using System.Text;

namespace Mare.Protocol;

/// <summary>Names an extension with its parameters: offered by a client, or accepted by a server.</summary>
/// <remarks>Immutable: any thread may read. RFC 6455, section 9.1.</remarks>
public sealed class ExtensionOffer
{
    /// <summary>Makes an offer.</summary>
    /// <param name="name">The name, a token.</param>
    /// <param name="parameters">Names and values in order, all tokens; null is a parameter without a value.</param>
    /// <exception cref="ArgumentException">A name or a value is no token.</exception>
    public ExtensionOffer(string name, params IEnumerable<KeyValuePair<string, string?>> parameters)
        : this([.. parameters], name)
    {
        bool valid = FieldSyntax.IsToken(name) && Parameters.All(IsValid);
        if (!valid)
            throw new ArgumentException("The names and values of an extension must be tokens.", nameof(name));
    }

    private ExtensionOffer(KeyValuePair<string, string?>[] parameters, string name)
    {
        Name = name;
        Parameters = parameters;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the parameters in their order, repeated ones too; a null value stands for none.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Parameters { get; }

    /// <summary>Writes the offer as it stands in <c>Sec-WebSocket-Extensions</c>.</summary>
    /// <returns>The name and each parameter, as in <c>permessage-deflate; server_max_window_bits=10</c>.</returns>
    public override string ToString()
    {
        var text = new StringBuilder(Name);
        foreach ((string name, string? value) in Parameters)
        {
            text.Append("; ").Append(name);
            if (value is not null)
                text.Append('=').Append(value);
        }

        return text.ToString();
    }

    /// <summary>Makes an offer of what has been read as tokens.</summary>
    internal static ExtensionOffer FromTokens(string name, List<KeyValuePair<string, string?>> parameters) =>
        new([.. parameters], name);

    private static bool IsValid(KeyValuePair<string, string?> parameter) =>
        FieldSyntax.IsToken(parameter.Key) && (parameter.Value is null || FieldSyntax.IsToken(parameter.Value));
}
