// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Offers permessage-deflate, answers offers, and reads answers. RFC 7692 sections 5.1 and 7.1.</summary>
/// <remarks>Pure functions: any thread may call.</remarks>
public static class DeflateNegotiation
{
    internal const string Name = "permessage-deflate";
    internal const string ServerNoContextTakeover = "server_no_context_takeover";
    internal const string ClientNoContextTakeover = "client_no_context_takeover";
    internal const string ServerMaxWindowBits = "server_max_window_bits";
    internal const string ClientMaxWindowBits = "client_max_window_bits";

    internal const int MaxWindowBits = 15;

    // Section 7.1.2 has 8 too, which zlib cannot keep to in raw DEFLATE: an offer that names it is declined.
    internal const int MinWindowBits = 9;

    /// <summary>Gets the plain offer: whatever the server chooses, but no limit to the client's window.</summary>
    public static ExtensionOffer Offer { get; } = new(Name);

    /// <summary>Chooses the first offer that can be met.</summary>
    /// <param name="offers">What the client offers, the preferred first; other extensions among it are passed over.</param>
    /// <param name="policy">What this side agrees to.</param>
    /// <returns>
    /// The agreement, or null when there is no offer that can be met: one with a parameter that is unknown, twice there or
    /// out of its range is declined (section 7.1), as is one that limits a window to 8 bits.
    /// </returns>
    public static DeflateAgreement? Accept(IReadOnlyList<ExtensionOffer> offers, DeflatePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(offers);
        ArgumentNullException.ThrowIfNull(policy);
        foreach (ExtensionOffer offer in offers)
        {
            if (offer.Name == Name && TryRead(offer, out Offered offered) && Meet(offered, policy) is { } agreement)
                return agreement;
        }
        return null;
    }

    /// <summary>Reads what the server agreed to, as a client that made one offer.</summary>
    /// <param name="offer">What was offered.</param>
    /// <param name="answer">What the server accepted: one of <see cref="ClientResponseReader.Extensions"/>.</param>
    /// <returns>
    /// The agreement, or null when the answer is none to the offer: another extension, a parameter that is unknown, twice
    /// there, out of its range or not allowed by the offer. The client must fail the connection then (section 7.1).
    /// </returns>
    public static DeflateAgreement? ReadAnswer(ExtensionOffer offer, ExtensionOffer answer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(answer);
        if (offer.Name != Name || answer.Name != Name || !TryRead(offer, out Offered offered) || !TryRead(answer, out Offered said))
            return null;
        // Sections 7.1.1.1 and 7.1.2.1: the answer must keep to what was asked of the server.
        bool keepsTo = (said.ServerForgets || !offered.ServerForgets)
            && (offered.ServerBits is not { } most || said.ServerBits <= most);
        // Section 7.1.2.2: only where the offer has it, no larger, and with a value.
        bool mayLimit = said.ClientBits is not { } limit || limit <= offered.ClientBits;
        if (!keepsTo || !mayLimit || answer.Parameters.Any(static p => p is { Key: ClientMaxWindowBits, Value: null }))
            return null;
        return new DeflateAgreement
        {
            ServerNoContextTakeover = said.ServerForgets,
            ClientNoContextTakeover = said.ClientForgets || offered.ClientForgets,
            ServerMaxWindowBits = said.ServerBits ?? MaxWindowBits,
            ClientMaxWindowBits = said.ClientBits ?? offered.ClientBits ?? MaxWindowBits,
        };
    }

    private static DeflateAgreement? Meet(in Offered offered, DeflatePolicy policy)
    {
        int server = Math.Min(offered.ServerBits ?? MaxWindowBits, policy.ServerMaxWindowBits);
        if (server < policy.MinServerWindowBits)
            return null;
        return new DeflateAgreement
        {
            // Sections 7.1.1.1 and 7.1.1.2: both may stand in the answer though the client did not ask.
            ServerNoContextTakeover = offered.ServerForgets || !policy.ServerContextTakeover,
            ClientNoContextTakeover = offered.ClientForgets || !policy.ClientContextTakeover,
            ServerMaxWindowBits = server,
            NamesServerWindow = offered.ServerBits is not null,
            // Section 7.1.2.2: it may be answered only where it was offered.
            ClientMaxWindowBits = offered.ClientBits is { } client ? Math.Min(client, policy.ClientMaxWindowBits) : MaxWindowBits,
        };
    }

    private static bool TryRead(ExtensionOffer offer, out Offered offered)
    {
        offered = default;
        foreach ((string name, string? value) in offer.Parameters)
        {
            bool valid = name switch
            {
                ServerNoContextTakeover => value is null && Once(ref offered.ServerForgets),
                ClientNoContextTakeover => value is null && Once(ref offered.ClientForgets),
                ServerMaxWindowBits => value is not null && Once(ref offered.ServerBits, value),
                // Without a value: the client bears any limit, and names none.
                ClientMaxWindowBits => Once(ref offered.ClientBits, value ?? "15"),
                _ => false,
            };
            if (!valid)
                return false;
        }
        return true;
    }

    private static bool Once(ref bool parameter)
    {
        bool first = !parameter;
        parameter = true;
        return first;
    }

    // Section 7.1.2.1: a decimal integer from 8 to 15 without leading zeroes.
    private static bool Once(ref int? parameter, string value)
    {
        bool first = parameter is null;
        parameter = value switch
        {
            "9" => 9,
            "10" => 10,
            "11" => 11,
            "12" => 12,
            "13" => 13,
            "14" => 14,
            "15" => 15,
            _ => 0,
        };
        return first && parameter >= MinWindowBits;
    }

    private struct Offered
    {
        public bool ServerForgets;
        public bool ClientForgets;
        public int? ServerBits;
        public int? ClientBits;
    }
}
