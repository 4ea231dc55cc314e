// SPDX-License-Identifier: MIT
using System.Net.WebSockets;
using System.Text;
using Mare.Interop.Servers;

namespace Mare.Interop.DotNet;

/// <summary>.NET's client with permessage-deflate, in each mode and with windows of its choice.</summary>
public sealed class ClientWebSocketCompressionTests
{
    private static readonly string Json = string.Join(',', Enumerable.Range(0, 200).Select(i => $$"""{"id":{{i}},"name":"mare"}"""));

    public static TheoryData<CompressionMode, bool, int, int> Offers => new()
    {
        { CompressionMode.Shared, true, 15, 15 },
        { CompressionMode.Dedicated, true, 15, 15 },
        { CompressionMode.Dedicated, true, 9, 15 },
        { CompressionMode.Dedicated, true, 15, 9 },
        { CompressionMode.Dedicated, true, 12, 10 },
        { CompressionMode.Dedicated, false, 9, 9 },
        { CompressionMode.Shared, false, 10, 11 },
    };

    [Theory, MemberData(nameof(Offers))]
    public async Task Messages_Compressed_ComeBackEqual(CompressionMode mode, bool takeover, int clientBits, int serverBits)
    {
        await using var server = new InteropServer();
        await server.InitializeAsync(mode);
        using var client = await DotNetClient.ConnectAsync(server, "/", options => options.DangerousDeflateOptions = new WebSocketDeflateOptions
        {
            ClientContextTakeover = takeover,
            ServerContextTakeover = takeover,
            ClientMaxWindowBits = clientBits,
            ServerMaxWindowBits = serverBits,
        });
        for (var i = 0; i < 20; i++)
        {
            var text = $"{i}{Json}{i}";
            await client.SendAsync(text);
            Assert.Equal(text, await client.ReceiveTextAsync());
            var noise = new byte[20_000 + i];
            new Random(i).NextBytes(noise);
            await client.SendAsync(noise.AsMemory(0, 7000), WebSocketMessageType.Binary, endOfMessage: false);
            await client.SendAsync(noise.AsMemory(7000), WebSocketMessageType.Binary);
            Assert.Equal(noise, (await client.ReceiveAsync()).Data);
        }

        await client.CloseAsync(1000, "done");
    }

    [Fact]
    public async Task Text_InFragments_ComesBackWhole()
    {
        await using var server = new InteropServer();
        await server.InitializeAsync(CompressionMode.Dedicated);
        using var client = await DotNetClient.ConnectAsync(
            server, "/", options => options.DangerousDeflateOptions = new WebSocketDeflateOptions());
        var utf8 = Encoding.UTF8.GetBytes(Json);
        await client.SendAsync(utf8.AsMemory(0, 100), WebSocketMessageType.Text, endOfMessage: false);
        await client.SendAsync(utf8.AsMemory(100, 1), WebSocketMessageType.Text, endOfMessage: false);
        await client.SendAsync(utf8.AsMemory(101), WebSocketMessageType.Text);
        Assert.Equal(Json, await client.ReceiveTextAsync());
    }
}
