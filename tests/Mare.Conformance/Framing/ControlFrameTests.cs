// SPDX-License-Identifier: MIT
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Framing;

/// <summary>RFC 6455 5.5, beyond Autobahn: every control frame, by its header alone.</summary>
public sealed class ControlFrameTests(EchoServer server)
{
    [Theory]
    [InlineData(Opcodes.Ping)]
    [InlineData(Opcodes.Pong)]
    [InlineData(Opcodes.Close)]
    public async Task ControlFrame_Longer_FailsBeforeItsPayload(byte opcode)
    {
        using var client = await RawClient.OpenAsync(server, $"header of opcode {opcode} with 126 octets");
        await client.SendAsync(new Frame(opcode, default) { Declares = 126 });
        await client.ExpectCloseAsync(1002);
    }

    [Theory]
    [InlineData(Opcodes.Ping)]
    [InlineData(Opcodes.Pong)]
    [InlineData(Opcodes.Close)]
    public async Task ControlFrame_Fragmented_FailsBeforeItsPayload(byte opcode)
    {
        using var client = await RawClient.OpenAsync(server, $"header of opcode {opcode} without FIN");
        await client.SendAsync(new Frame(opcode, default) { Declares = 5, Fin = false });
        await client.ExpectCloseAsync(1002);
    }

    [Fact]
    public async Task Ping_SplitAcrossWrites_IsAnsweredWhole()
    {
        var ping = Frame.Ping("split ping").ToBytes();
        using var client = await RawClient.OpenAsync(server, "ping around the end of a segment");
        await client.SendAsync((byte[])[.. Frame.Text("first").ToBytes(), .. ping[..8]]);
        await client.ExpectAsync(ServerEvent.Text("first"));
        await client.SendAsync(ping.AsMemory(8));
        await client.ExpectAsync(ServerEvent.Pong("split ping"));
        await client.CloseAsync();
    }

    [Fact]
    public async Task Pings_BetweenManyFragments_AreAnsweredInOrder()
    {
        const int Count = 50;
        using var client = await RawClient.OpenAsync(server, "a ping after each of 50 fragments");
        var sending = client.SendAsync(
            [
                Frame.Text("0", fin: false),
                .. Enumerable.Range(0, Count).SelectMany(i =>
                    (Frame[])[Frame.Ping($"{i}"), Frame.Continuation("x", fin: i == Count - 1)]),
            ],
            Chops.PerFrame);
        for (var i = 0; i < Count; i++)
            await client.ExpectAsync(ServerEvent.Pong($"{i}"));
        await client.ExpectAsync(ServerEvent.Text("0" + new string('x', Count)));
        await sending;
        await client.CloseAsync();
    }
}
