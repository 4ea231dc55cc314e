// SPDX-License-Identifier: MIT
namespace Mare.Tests.Compression;

/// <summary>What is agreed on, and who gets codecs of its own. RFC 7692, section 7.1.</summary>
public sealed class NegotiationTests
{
    private const string Header = "Sec-WebSocket-Extensions";
    private const string Shared = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    [Theory]
    [InlineData(CompressionMode.Off, "permessage-deflate", null)]
    [InlineData(CompressionMode.Shared, "permessage-deflate; client_max_window_bits", Shared)]
    [InlineData(CompressionMode.Dedicated, "permessage-deflate; client_max_window_bits", "permessage-deflate")]
    [InlineData(CompressionMode.Dedicated, "permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover")]
    [InlineData(CompressionMode.Shared, "permessage-deflate; server_max_window_bits=8", null)]
    [InlineData(CompressionMode.Shared, "x-other", null)]
    public void Offer_IsAnsweredByMode(CompressionMode mode, string offer, string? answer)
    {
        using var server = Make(mode);
        var client = server.Request(Requests.Upgrade("/", $"{Header}: {offer}"));
        Assert.Equal(answer, client.ReadAnswer()[Header]);
        Assert.Equal(answer, server.Actor.Connection.Extensions);
        Assert.Equal(answer is not null, server.Actor.Connection.IsCompressed);
    }

    [Fact]
    public void NoOffer_IsNotAnswered()
    {
        using var server = Make(CompressionMode.Shared);
        Assert.Null(server.Request(Requests.Upgrade()).ReadAnswer()[Header]);
        Assert.False(server.Actor.Connection.IsCompressed);
    }

    [Fact]
    public void Offer_Malformed_IsRefused()
    {
        using var server = Make(CompressionMode.Shared);
        Assert.Equal(400, server.Request(Requests.Upgrade("/", $"{Header}: permessage-deflate; =1")).ReadAnswer().Status);
    }

    [Fact]
    public void Windows_OfTheOptions_AreAnswered()
    {
        using var server = Make(CompressionMode.Dedicated, static o => (o.ServerMaxWindowBits, o.ClientMaxWindowBits) = (10, 11));
        Assert.Equal(
            "permessage-deflate; server_max_window_bits=10; client_max_window_bits=11", Offer(server, "permessage-deflate; client_max_window_bits"));
    }

    [Fact]
    public void Dedicated_OverTheCap_Shares_UntilOneHasLeft()
    {
        using var server = Make(CompressionMode.Dedicated, static o => o.MaxDedicatedConnections = 1);
        var first = server.Request(Requests.Upgrade("/", $"{Header}: permessage-deflate"));
        Assert.Equal("permessage-deflate", first.ReadAnswer()[Header]);
        Assert.Equal(Shared, Offer(server, "permessage-deflate"));
        first.Leave();
        Assert.Equal("permessage-deflate", Offer(server, "permessage-deflate"));
    }

    [Fact]
    public void Dedicated_OfferThatForgetsBothWays_TakesNoneOfTheCap()
    {
        using var server = Make(CompressionMode.Dedicated, static o => o.MaxDedicatedConnections = 1);
        Assert.Equal(Shared, Offer(server, Shared));
        Assert.Equal("permessage-deflate", Offer(server, "permessage-deflate"));
    }

    private static string? Offer(MemoryServer server, string offer) =>
        server.Request(Requests.Upgrade("/", $"{Header}: {offer}")).ReadAnswer()[Header];

    private static MemoryServer Make(CompressionMode mode, Action<CompressionOptions>? change = null) => new(configure: options =>
    {
        options.Compression.Mode = mode;
        change?.Invoke(options.Compression);
    });
}
