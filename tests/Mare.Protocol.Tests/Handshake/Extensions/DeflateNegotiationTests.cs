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

    [Theory]
    [InlineData("permessage-deflate", "permessage-deflate", "permessage-deflate")]
    [InlineData("permessage-deflate", Shared, Shared)]
    [InlineData("permessage-deflate", "permessage-deflate; server_max_window_bits=10", "permessage-deflate; server_max_window_bits=10")]
    [InlineData("permessage-deflate; client_max_window_bits", "permessage-deflate; client_max_window_bits=10", "permessage-deflate; client_max_window_bits=10")]
    [InlineData("permessage-deflate; client_max_window_bits=12", "permessage-deflate", "permessage-deflate; client_max_window_bits=12")]
    [InlineData("permessage-deflate; client_no_context_takeover", "permessage-deflate", "permessage-deflate; client_no_context_takeover")]
    [InlineData("permessage-deflate; server_max_window_bits=12", "permessage-deflate; server_max_window_bits=12", "permessage-deflate; server_max_window_bits=12")]
    [InlineData("permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover")]
    public void ServersAnswer_ThatTheOfferAllows_IsWhatBothKeep(string offer, string answer, string agreement) =>
        Assert.Equal(agreement, ReadAnswer(offer, answer)?.ToString());

    [Theory]
    [InlineData("permessage-deflate", "permessage-bzip2")]
    [InlineData("permessage-bzip2", "permessage-bzip2")]
    [InlineData("permessage-deflate", "permessage-deflate; mystery")]
    [InlineData("permessage-deflate", "permessage-deflate; server_no_context_takeover=1")]
    [InlineData("permessage-deflate", "permessage-deflate; server_no_context_takeover; server_no_context_takeover")]
    [InlineData("permessage-deflate", "permessage-deflate; server_max_window_bits=16")]
    [InlineData("permessage-deflate", "permessage-deflate; server_max_window_bits")]
    [InlineData("permessage-deflate", "permessage-deflate; client_max_window_bits=10")] // was not offered: section 7.1.2.2
    [InlineData("permessage-deflate; client_max_window_bits", "permessage-deflate; client_max_window_bits")]
    [InlineData("permessage-deflate; client_max_window_bits=10", "permessage-deflate; client_max_window_bits=11")]
    [InlineData("permessage-deflate; server_max_window_bits=10", "permessage-deflate")] // section 7.1.2.1
    [InlineData("permessage-deflate; server_max_window_bits=10", "permessage-deflate; server_max_window_bits=11")]
    [InlineData("permessage-deflate; server_no_context_takeover", "permessage-deflate")] // section 7.1.1.1
    public void ServersAnswer_ThatTheOfferDoesNotAllow_IsNone(string offer, string answer) =>
        Assert.Null(ReadAnswer(offer, answer));

    private static DeflateAgreement? ReadAnswer(string offer, string answer) =>
        DeflateNegotiation.ReadAnswer(Parse(offer)[0], Parse(answer)[0]);

    private static IReadOnlyList<ExtensionOffer> Parse(string header)
    {
        Assert.True(ExtensionHeader.TryParse(header, out var extensions));
        return extensions;
    }

    private static DeflateAgreement? Accept(string header, DeflatePolicy policy) =>
        DeflateNegotiation.Accept(Parse(header), policy);
}
