// SPDX-License-Identifier: MIT
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Autobahn;

/// <summary>Autobahn's group 13: the parameters of permessage-deflate that a client may ask for (RFC 7692 7.1).</summary>
public sealed class Group13Offers(CompressingServers servers) : IClassFixture<CompressingServers>
{
    // 13.1 to 13.7: what is offered, and what a server that would remember answers.
    private static readonly (string Offer, string Answer)[] Offers =
    [
        ("permessage-deflate; client_max_window_bits", "permessage-deflate"),
        ("permessage-deflate; client_max_window_bits; server_no_context_takeover", "permessage-deflate; server_no_context_takeover"),
        ("permessage-deflate; client_max_window_bits; server_max_window_bits=9", "permessage-deflate; server_max_window_bits=9"),
        ("permessage-deflate; client_max_window_bits; server_max_window_bits=15", "permessage-deflate; server_max_window_bits=15"),
        ("permessage-deflate; client_max_window_bits; server_no_context_takeover; server_max_window_bits=9",
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=9"),
        ("permessage-deflate; client_max_window_bits; server_no_context_takeover; server_max_window_bits=15",
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=15"),
        ("permessage-deflate; server_no_context_takeover; server_max_window_bits=8, permessage-deflate; server_no_context_takeover, permessage-deflate",
            "permessage-deflate; server_no_context_takeover"),
    ];

    public static IEnumerable<TheoryDataRow<int, int, int>> Messages =>
        from offer in Enumerable.Range(0, Offers.Length)
        from row in CompressedEcho.Sizes.Select((s, i) => new TheoryDataRow<int, int, int>(offer, s.Size, s.Fragment)
        {
            Label = $"Case_13_{offer + 1}_{i + 1}: {Offers[offer].Offer}: {s.Size} octets, fragments of {s.Fragment}",
        })
        select row;

    public static TheoryData<string> Declined =>
    [
        "permessage-deflate; server_max_window_bits=8",
        "permessage-deflate; client_max_window_bits=8",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=09",
        "permessage-deflate; server_no_context_takeover=true",
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; unknown",
        "permessage-snappy",
    ];

    [Theory, MemberData(nameof(Messages))]
    public Task Messages_AsNegotiated_AreEchoed(int offer, int size, int fragment) => CompressedEcho.RunAsync(
        servers[true], Offers[offer].Offer, Offers[offer].Answer, "json", size, fragment);

    [Theory, MemberData(nameof(Declined))]
    public async Task Offer_ThatCannotBeMet_IsDeclinedAndTheConnectionOpens(string offer)
    {
        var server = servers[true];
        using var client = await RawClient.ConnectAsync(server, $"offer {offer}");
        var request = HandshakeRequest.For(server).Add($"Sec-WebSocket-Extensions: {offer}");
        await client.SendAsync(request.ToBytes());
        var answer = await client.ExpectSwitchingProtocolsAsync(request);
        Assert.Null(answer["Sec-WebSocket-Extensions"]);
        await client.SendAsync(Frame.Text("plain").ToBytes());
        await client.ExpectAsync(ServerEvent.Text("plain"));
        await client.CloseAsync();
    }
}
