// SPDX-License-Identifier: MIT
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Autobahn;

/// <summary>Autobahn's group 12: compressed messages of several kinds, sizes and fragmentations, and the rules of RFC 7692
/// 6 and 7.2 that it leaves out.</summary>
public sealed class Group12Compression(CompressingServers servers) : IClassFixture<CompressingServers>
{
    private const string Offer = "permessage-deflate";
    private const string Forgets = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    public static IEnumerable<TheoryDataRow<bool, string, int, int>> Messages =>
        from dedicated in (bool[])[false, true]
        from kind in ((string[])["json", "noise", "sparse", "utf8"]).Select((name, i) => (Name: name, Number: i + 1))
        from row in CompressedEcho.Sizes.Select((s, i) => new TheoryDataRow<bool, string, int, int>(dedicated, kind.Name, s.Size, s.Fragment)
        {
            Label = $"Case_12_{kind.Number}_{i + 1}: {kind.Name}, {s.Size} octets, fragments of {s.Fragment}, {(dedicated ? "dedicated" : "shared")}",
        })
        select row;

    private static readonly Dictionary<string, Frame[]> BrokenFrames = new()
    {
        ["RSV1 on a ping"] = [Frame.Ping() with { Rsv = 4 }],
        ["RSV1 on a close"] = [Frame.Close(1000) with { Rsv = 4 }],
        ["RSV1 on a continuation"] = [Frame.Text("", fin: false) with { Rsv = 4 }, Frame.Continuation("") with { Rsv = 4 }],
        ["RSV2 beside RSV1"] = [Frame.Text("") with { Rsv = 6 }],
    };

    public static TheoryData<string> Broken => [.. BrokenFrames.Keys];

    [Theory, MemberData(nameof(Messages))]
    public Task Messages_Compressed_AreEchoed(bool dedicated, string kind, int size, int fragment) =>
        CompressedEcho.RunAsync(servers[dedicated], Offer, dedicated ? Offer : Forgets, kind, size, fragment);

    [Theory, MemberData(nameof(Broken))]
    public async Task ReservedBits_WithoutMeaning_FailTheConnection(string what)
    {
        using var client = await OpenAsync(what);
        await client.SendAsync(BrokenFrames[what], default(Chops));
        await client.ExpectCloseAsync(1002);
    }

    [Fact]
    public async Task Message_WithPingsBetweenItsFragments_IsEchoed()
    {
        using var client = await OpenAsync("pings between fragments");
        var message = CompressedEcho.Message("json", 5000, 1);
        foreach (var frame in ClientDeflate.Frames(Opcodes.Text, message, 50))
        {
            await client.SendAsync(frame.ToBytes());
            if (!frame.Fin)
            {
                await client.SendAsync(Frame.Ping("between").ToBytes());
                await client.ExpectAsync(ServerEvent.Pong("between"));
            }
        }
        await client.ExpectAsync(ServerEvent.Text(message));
        await client.CloseAsync();
    }

    [Fact]
    public async Task Message_Empty_IsEchoed()
    {
        using var client = await OpenAsync("an empty message");
        await client.SendAsync([.. ClientDeflate.Frames(Opcodes.Text, [])], default(Chops));
        await client.ExpectAsync(ServerEvent.Text(""));
        await client.CloseAsync();
    }

    [Fact]
    public async Task Message_Uncompressed_IsEchoed()
    {
        using var client = await OpenAsync("an uncompressed message");
        await client.SendAsync(Frame.Text("plain").ToBytes());
        await client.ExpectAsync(ServerEvent.Text("plain"));
        await client.CloseAsync();
    }

    [Fact]
    public async Task Message_WithBfinal_IsEchoed()
    {
        using var client = await OpenAsync("a block with BFINAL set");
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync((Frame.Text(Convert.FromHexString("f348cdc9c9070000")) with { Rsv = 4 }).ToBytes()); // 7.2.3.4
            await client.ExpectAsync(ServerEvent.Text("Hello"));
        }
        await client.CloseAsync();
    }

    [Fact]
    public async Task Message_NotUtf8OnceInflated_Is1007()
    {
        using var client = await OpenAsync("text that is not UTF-8");
        await client.SendAsync([.. ClientDeflate.Frames(Opcodes.Text, [0x68, 0xFF])], default(Chops));
        await client.ExpectCloseAsync(1007);
    }

    [Fact]
    public async Task Message_NoDeflate_Is1007()
    {
        using var client = await OpenAsync("garbage");
        await client.SendAsync((Frame.Binary(new byte[] { 0x07 }) with { Rsv = 4 }).ToBytes());
        await client.ExpectCloseAsync(1007);
    }

    [Fact]
    public async Task Bomb_Is1009()
    {
        using var client = await OpenAsync("a bomb");
        await client.SendAsync([.. ClientDeflate.Frames(Opcodes.Binary, new byte[10_000_000])], default(Chops));
        await client.ExpectCloseAsync(1009);
    }

    private Task<RawClient> OpenAsync(string phase) => RawClient.OpenCompressedAsync(servers[true], Offer, Offer, phase);
}
