// SPDX-License-Identifier: MIT
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Framing;

/// <summary>RFC 6455 10.4: a message above the limit fails with 1009, however it is cut, as soon as a header shows it.
/// The largest legal message is Autobahn's 9.1.6.</summary>
public sealed class MessageLimitTests(EchoServer server)
{
    [Fact]
    public async Task Message_TooBigBySecondFragment_FailsAtItsHeader()
    {
        using var client = await RawClient.OpenAsync(server, "one octet, then a header of the whole limit");
        await client.SendAsync(
            Frame.Binary(new byte[1], fin: false),
            Frame.Continuation(default(ReadOnlyMemory<byte>)) with { Declares = EchoServer.MaxMessageBytes });
        await client.ExpectCloseAsync(1009);
    }

    [Fact]
    public async Task Message_AtTheLimitInTwoFragments_IsEchoed()
    {
        var payload = new byte[EchoServer.MaxMessageBytes];
        payload[^1] = 1;
        using var client = await RawClient.OpenAsync(server, "the whole limit in two fragments");
        var sending = client.SendAsync(
            Frame.Binary(payload.AsMemory(0, 1), fin: false), Frame.Continuation(payload.AsMemory(1)));
        await client.ExpectAsync(ServerEvent.Binary(payload));
        await sending;
        await client.CloseAsync();
    }

    /// <summary>The payload that follows the refused header is unread at the close; the close frame must still arrive,
    /// and an end, not a reset.</summary>
    [Fact]
    public async Task Message_TooBigWithItsPayload_StillGetsTheCloseFrame()
    {
        using var client = await RawClient.OpenAsync(server, "header above the limit and 64 KiB of its payload");
        await client.SendAsync(new Frame(Opcodes.Binary, new byte[64 * 1024])
        {
            Declares = EchoServer.MaxMessageBytes + 1,
        });
        await client.ExpectCloseAsync(1009);
    }

    [Fact]
    public async Task Message_TooBigAfterPings_GetsTheirPongsFirst()
    {
        using var client = await RawClient.OpenAsync(server, "ping, then a header above the limit");
        await client.SendAsync(
            Frame.Ping("before"), new Frame(Opcodes.Text, default) { Declares = EchoServer.MaxMessageBytes + 1 });
        await client.ExpectAsync(ServerEvent.Pong("before"));
        await client.ExpectCloseAsync(1009);
    }
}
