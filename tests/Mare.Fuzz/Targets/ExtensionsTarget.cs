// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Mare.Protocol;
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Fuzz.Targets;

/// <summary>
/// Reads a value of <c>Sec-WebSocket-Extensions</c> and answers it as several servers would: what is agreed on must be legal as
/// an answer to what was offered (RFC 7692 section 7.1).
/// </summary>
internal sealed class ExtensionsTarget : FuzzTarget
{
    private static readonly DeflatePolicy[] Policies =
    [
        new(),
        new() { ServerContextTakeover = true, ClientContextTakeover = true },
        new() { ServerContextTakeover = true, ServerMaxWindowBits = 9, ClientMaxWindowBits = 9 },
        new() { ClientContextTakeover = true, ServerMaxWindowBits = 12, ClientMaxWindowBits = 10, MinServerWindowBits = 11 },
    ];

    public override string Name => "extensions";

    public override bool IsText => true;

    public override int MaxLength => 400;

    public override IReadOnlyList<byte[]> Words { get; } = Targets.Words.OfText(
        "permessage-deflate", "; ", ", ", "=", "\"", "\\", " ", "\t", "server_no_context_takeover", "client_no_context_takeover",
        "server_max_window_bits", "client_max_window_bits", "=8", "=9", "=10", "=15", "=16", "=\"15\"", "=\"1\\0\"", "x", "\0", "\x80");

    public override void Run(byte[] input, Splitting splits)
    {
        string value = Encoding.Latin1.GetString(input);
        bool valid = ExtensionHeader.TryParse(value, out IReadOnlyList<ExtensionOffer> offers);
        Assert.Equal(valid, offers.Count > 0);
        if (!valid)
            return;

        // What was read, written down again, reads the same.
        string written = string.Join(", ", offers);
        Assert.True(ExtensionHeader.TryParse(written, out IReadOnlyList<ExtensionOffer> again));
        Assert.Equal(written, string.Join(", ", again));
        foreach (DeflatePolicy policy in Policies)
            Check(offers, policy);
    }

    private static void Check(IReadOnlyList<ExtensionOffer> offers, DeflatePolicy policy)
    {
        if (DeflateNegotiation.Accept(offers, policy) is not { } agreement)
            return;
        Assert.True(agreement.ServerNoContextTakeover || policy.ServerContextTakeover);
        Assert.True(agreement.ClientNoContextTakeover || policy.ClientContextTakeover);
        Assert.InRange(agreement.ServerMaxWindowBits, policy.MinServerWindowBits, policy.ServerMaxWindowBits);
        Assert.InRange(agreement.ClientMaxWindowBits, 9, 15);

        Assert.True(ExtensionHeader.TryParse(agreement.ToString(), out IReadOnlyList<ExtensionOffer> answer));
        Assert.Contains(offers, offer => offer.Name == "permessage-deflate" && IsAnswer(Assert.Single(answer), offer));
    }

    // Each condition is a sentence of RFC 7692 section 7.1.
    private static bool IsAnswer(ExtensionOffer answer, ExtensionOffer offer) =>
        IsLegal(answer) && IsLegal(offer)
        // 7.1.1.1, 7.1.2.1: what the client asks of the server is answered, and kept to.
        && (!Has(offer, "server_no_context_takeover") || Has(answer, "server_no_context_takeover"))
        && (!Has(offer, "server_max_window_bits")
            || (Has(answer, "server_max_window_bits") && Bits(answer, "server_max_window_bits") <= Bits(offer, "server_max_window_bits")))
        // 7.1.2.2: answered only where it was offered, with a value, which is no larger.
        && (!Has(answer, "client_max_window_bits")
            || (Has(offer, "client_max_window_bits")
                && answer.Parameters.First(parameter => parameter.Key == "client_max_window_bits").Value is not null
                && Bits(answer, "client_max_window_bits") <= Bits(offer, "client_max_window_bits")));

    // 7.1: names that are known, each once, with values from 8 to 15 where there is one.
    private static bool IsLegal(ExtensionOffer extension) =>
        extension.Parameters.DistinctBy(parameter => parameter.Key).Count() == extension.Parameters.Count
        && extension.Parameters.All(parameter => parameter.Key switch
        {
            "server_no_context_takeover" or "client_no_context_takeover" => parameter.Value is null,
            "server_max_window_bits" => parameter.Value is "8" or "9" or "10" or "11" or "12" or "13" or "14" or "15",
            "client_max_window_bits" => parameter.Value is null or "8" or "9" or "10" or "11" or "12" or "13" or "14" or "15",
            _ => false,
        });

    private static bool Has(ExtensionOffer extension, string name) => extension.Parameters.Any(parameter => parameter.Key == name);

    // Without a value it is any.
    private static int Bits(ExtensionOffer extension, string name) =>
        int.Parse(extension.Parameters.First(parameter => parameter.Key == name).Value ?? "15", CultureInfo.InvariantCulture);
}
