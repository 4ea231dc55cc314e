// SPDX-License-Identifier: MIT
using System.Net.WebSockets;
using System.Text;
using Mare.Interop.Servers;

namespace Mare.Interop.DotNet;

/// <summary>Messages of <see cref="ClientWebSocket"/>, RFC 6455 5 and 6.</summary>
public sealed class ClientWebSocketMessageTests(InteropServer server)
{
    /// <summary>The sizes at which the length field, or a buffer on the way, changes.</summary>
    public static TheoryData<int, bool> Messages
    {
        get
        {
            var data = new TheoryData<int, bool>();
            foreach (var size in (int[])[0, 1, 125, 126, 127, 65535, 65536, 1024 * 1024])
            {
                data.Add(size, true);
                data.Add(size, false);
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Messages))]
    public async Task Message_OfAnySize_IsEchoed(int size, bool text)
    {
        var type = text ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        var payload = Payload(size, text);
        using var client = await DotNetClient.ConnectAsync(server, "/");
        await client.SendAsync(payload, type);
        var echo = await client.ReceiveAsync();
        Assert.Equal(type, echo.Type);
        Assert.True(payload.AsSpan().SequenceEqual(echo.Data), $"the echo differs, at {size} octets");
        await client.CloseAsync(1000, "");
    }

    [Theory]
    [InlineData("Hello-\u00B5@\u00DF\u00F6\u00E4\u00FC\u00E0\u00E1-UTF-8!!")]
    [InlineData("\u03BA\u1F79\u03C3\u03BC\u03B5")]
    [InlineData("\U0001F40E\U0001F3FD\u200D\u2640\uFE0F")]
    [InlineData("\0\u007F\u0080\u07FF\u0800\uFFFD\uFFFF\U00010000\U0010FFFF")]
    public async Task Text_OfAnyScript_IsEchoed(string text)
    {
        using var client = await DotNetClient.ConnectAsync(server, "/");
        await client.SendAsync(text);
        Assert.Equal(text, await client.ReceiveTextAsync());
        await client.CloseAsync(1000, "");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Text_InFragments_IsEchoedWhole(int size)
    {
        var payload = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("gr\u00FC\u00DFe \U0001F40E ", 20)));
        using var client = await DotNetClient.ConnectAsync(server, "/");
        for (var at = 0; at < payload.Length; at += size)
        {
            var length = Math.Min(size, payload.Length - at);
            await client.SendAsync(
                payload.AsMemory(at, length), WebSocketMessageType.Text, at + length == payload.Length);
        }
        Assert.Equal(payload, Encoding.UTF8.GetBytes(await client.ReceiveTextAsync()));
        await client.CloseAsync(1000, "");
    }

    [Fact]
    public async Task Binary_InEmptyFragments_IsEchoedEmpty()
    {
        using var client = await DotNetClient.ConnectAsync(server, "/");
        await client.SendAsync(default, WebSocketMessageType.Binary, endOfMessage: false);
        await client.SendAsync(default, WebSocketMessageType.Binary, endOfMessage: false);
        await client.SendAsync(default, WebSocketMessageType.Binary);
        var echo = await client.ReceiveAsync();
        Assert.Equal(WebSocketMessageType.Binary, echo.Type);
        Assert.Empty(echo.Data);
        await client.CloseAsync(1000, "");
    }

    [Fact]
    public async Task Messages_OneAfterTheOther_AreEchoedInOrder()
    {
        const int Count = 500;
        using var client = await DotNetClient.ConnectAsync(server, "/");
        for (var i = 0; i < Count; i++)
            await client.SendAsync($"message {i}");
        for (var i = 0; i < Count; i++)
            Assert.Equal($"message {i}", await client.ReceiveTextAsync());
        await client.CloseAsync(1000, "");
    }

    [Fact]
    public async Task Ping_OfTheServer_IsAnswered()
    {
        using var client = await DotNetClient.ConnectAsync(server, "/");
        await client.SendAsync("/ping over and out");
        Assert.Equal("/pong over and out", await client.ReceiveTextAsync());
        await client.CloseAsync(1000, "");
    }

    [Fact]
    public async Task Clients_AHundredAtOnce_GetEachItsOwnEchoes()
    {
        const int Clients = 100;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async i =>
        {
            using var client = await DotNetClient.ConnectAsync(server, "/");
            for (var n = 0; n < 10; n++)
            {
                await client.SendAsync($"client {i}, message {n}");
                Assert.Equal($"client {i}, message {n}", await client.ReceiveTextAsync());
            }
            await client.CloseAsync(1000, "");
        }));
    }

    private static byte[] Payload(int size, bool text)
    {
        // 251 is prime: no buffer size hides a shift. Of text, letters.
        var payload = new byte[size];
        for (var i = 0; i < size; i++)
            payload[i] = (byte)(text ? 'a' + i % 251 % 26 : i % 251);
        return payload;
    }
}
