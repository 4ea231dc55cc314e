// SPDX-License-Identifier: MIT
using Xunit;

namespace Mare.Protocol.Tests.Handshake.Extensions;

/// <summary>RFC 7692, sections 5.1 and 7.1: which offers are accepted, and with what answer.</summary>
public sealed class DeflateNegotiationTests
{
    private const string Shared = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private static readonly DeflatePolicy Takeover = new() { ServerContextTakeover = true, ClientContextTakeover = true };

    [Theory]
    [InlineData("permessage-deflate", "permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits", "permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits=10", "permessage-deflate; client_max_window_bits=10")]
    [InlineData("permessage-deflate; client_max_window_bits=15", "permessage-deflate")]
    [InlineData("permessage-deflate; server_max_window_bits=9", "permessage-deflate; server_max_window_bits=9")]
    [InlineData("permessage-deflate; server_max_window_bits=15", "permessage-deflate; server_max_window_bits=15")]
    [InlineData("permessage-deflate; server_max_window_bits=\"12\"", "permessage-deflate; server_max_window_bits=12")]
    [InlineData("permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover")]
    [InlineData("permessage-deflate; client_no_context_takeover", "permessage-deflate; client_no_context_takeover")]
    [InlineData("permessage-deflate; server_no_context_takeover; client_no_context_takeover", Shared)]
    [InlineData("mux, permessage-deflate", "permessage-deflate")]
    public void Offer_ThatCanBeMet_IsAccepted(string offer, string answer) =>
        Assert.Equal(answer, Accept(offer, Takeover)?.ToString());

    [Theory]
    [InlineData("permessage-deflate; server_max_window_bits=8")]
    [InlineData("permessage-deflate; client_max_window_bits=8")]
    [InlineData("permessage-deflate; server_max_window_bits")]
    [InlineData("permessage-deflate; server_max_window_bits=7")]
    [InlineData("permessage-deflate; server_max_window_bits=16")]
    [InlineData("permessage-deflate; server_max_window_bits=010")]
    [InlineData("permessage-deflate; server_max_window_bits=+10")]
    [InlineData("permessage-deflate; client_max_window_bits=x")]
    [InlineData("permessage-deflate; server_no_context_takeover=1")]
    [InlineData("permessage-deflate; client_no_context_takeover=true")]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover")]
    [InlineData("permessage-deflate; client_max_window_bits; client_max_window_bits=10")]
    [InlineData("permessage-deflate; server_max_window_bits=10; server_max_window_bits=10")]
    [InlineData("permessage-deflate; mystery")]
    [InlineData("x-webkit-deflate-frame")]
    [InlineData("permessage-bzip2")]
    public void Offer_ThatCannotBeMet_IsDeclined(string offer) => Assert.Null(Accept(offer, Takeover));

    [Fact]
    public void Offers_InOrder_FirstThatCanBeMetWins() => Assert.Equal(
        "permessage-deflate; server_max_window_bits=11",
        Accept(
            "permessage-deflate; server_max_window_bits=8, permessage-deflate; server_max_window_bits=11, permessage-deflate",
            Takeover)?.ToString());

    [Fact]
    public void Answer_WithoutTakeover_SaysSoUnasked() =>
        Assert.Equal(Shared, Accept("permessage-deflate", new DeflatePolicy())?.ToString());

    [Fact]
    public void Answer_OfSmallerWindows_NamesTheClientsOnlyWhereOffered()
    {
        var small = new DeflatePolicy { ServerMaxWindowBits = 10, ClientMaxWindowBits = 11 };
        Assert.Equal($"{Shared}; server_max_window_bits=10", Accept("permessage-deflate", small)?.ToString());
        Assert.Equal(
            $"{Shared}; server_max_window_bits=10; client_max_window_bits=11",
            Accept("permessage-deflate; client_max_window_bits; server_max_window_bits=12", small)?.ToString());
        Assert.Equal(15, Accept("permessage-deflate", small)?.ClientMaxWindowBits);
    }

    [Fact]
    public void Offer_OfSmallerWindowThanTheCodecHas_IsDeclined()
    {
        var whole = new DeflatePolicy { MinServerWindowBits = 15 };
        Assert.Null(Accept("permessage-deflate; server_max_window_bits=14", whole));
        Assert.NotNull(Accept("permessage-deflate; server_max_window_bits=15", whole));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void Policy_WindowOutOfRange_Throws(int bits)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeflatePolicy { ServerMaxWindowBits = bits });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeflatePolicy { ClientMaxWindowBits = bits });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeflatePolicy { MinServerWindowBits = bits });
    }

    private static DeflateAgreement? Accept(string header, DeflatePolicy policy)
    {
        Assert.True(ExtensionHeader.TryParse(header, out IReadOnlyList<ExtensionOffer> offers));
        return DeflateNegotiation.Accept(offers, policy);
    }
}
