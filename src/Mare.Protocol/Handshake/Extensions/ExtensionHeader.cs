// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Mare.Protocol;

/// <summary>Reads the value of <c>Sec-WebSocket-Extensions</c>.</summary>
/// <remarks>
/// <code>
/// extension-list  = extension *( "," extension )
/// extension       = token *( ";" token [ "=" ( token | quoted-string ) ] )
/// </code>
/// White space may stand around each part. What a quoted string means must be a token too. RFC 6455, section 9.1.
/// </remarks>
public static class ExtensionHeader
{
    /// <summary>Reads a list of extensions.</summary>
    /// <param name="value">The value, all lines of the header joined.</param>
    /// <param name="list">The extensions in their order; empty when the value is malformed.</param>
    /// <returns>False when the value is malformed, which an empty one is.</returns>
    public static bool TryParse(string value, out IReadOnlyList<ExtensionOffer> list)
    {
        ArgumentNullException.ThrowIfNull(value);
        list = [];
        var extensions = new List<ExtensionOffer>();
        var rest = new Reader(value);
        do
        {
            if (!TryReadExtension(ref rest, out ExtensionOffer? extension))
                return false;
            extensions.Add(extension);
        }
        while (rest.TryTake(','));

        if (!rest.IsEmpty)
            return false;
        list = extensions;
        return true;
    }

    private static bool TryReadExtension(
        ref Reader rest, [NotNullWhen(true)] out ExtensionOffer? extension)
    {
        extension = null;
        if (!rest.TryTakeToken(out string name))
            return false;
        var parameters = new List<KeyValuePair<string, string?>>();
        while (rest.TryTake(';'))
        {
            string? value = null;
            if (!rest.TryTakeToken(out string parameter) || (rest.TryTake('=') && !rest.TryTakeValue(out value)))
                return false;
            parameters.Add(new(parameter, value));
        }

        extension = ExtensionOffer.FromTokens(name, parameters);
        return true;
    }

    /// <summary>Takes parts off the front of the text, and the white space after each.</summary>
    private ref struct Reader(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _rest = text.TrimStart(" \t");

        public readonly bool IsEmpty => _rest.IsEmpty;

        public bool TryTake(char separator)
        {
            if (!_rest.StartsWith(separator))
                return false;
            Skip(1);
            return true;
        }

        public bool TryTakeToken(out string token)
        {
            int length = FieldSyntax.TokenLength(_rest);
            token = _rest[..length].ToString();
            Skip(length);
            return length > 0;
        }

        public bool TryTakeValue(out string? value)
        {
            bool taken = _rest.StartsWith('"') ? TryTakeQuoted(out string token) : TryTakeToken(out token);
            value = token;
            return taken;
        }

        // RFC 9110, section 5.6.4: a backslash says that the next character is meant as it is.
        private bool TryTakeQuoted(out string token)
        {
            var meant = new StringBuilder();
            int at = 1;
            while (at < _rest.Length && _rest[at] != '"')
            {
                if (_rest[at] == '\\')
                    at++;
                if (at < _rest.Length)
                    meant.Append(_rest[at++]);
            }

            token = meant.ToString();
            if (at == _rest.Length || !FieldSyntax.IsToken(token))
                return false;
            Skip(at + 1);
            return true;
        }

        private void Skip(int count) => _rest = _rest[count..].TrimStart(" \t");
    }
}
