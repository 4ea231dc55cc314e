// SPDX-License-Identifier: MIT
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Framing;

/// <summary>RFC 6455 5.1 and 5.3: every frame of a client is masked, none of a server is (which
/// <see cref="RawClient"/> checks on every frame it reads).</summary>
public sealed class MaskTests(EchoServer server)
{
    public static TheoryData<byte, int> Unmasked => new()
    {
        { Opcodes.Text, 0 },
        { Opcodes.Text, 5 },
        { Opcodes.Binary, 126 },
        { Opcodes.Binary, 65536 },
        { Opcodes.Ping, 0 },
        { Opcodes.Ping, 5 },
        { Opcodes.Pong, 5 },
        { Opcodes.Close, 0 },
    };

    [Theory, MemberData(nameof(Unmasked))]
    public async Task Frame_Unmasked_FailsWith1002(byte opcode, int size)
    {
        using var client = await RawClient.OpenAsync(server, $"unmasked frame with opcode {opcode}, {size} octets");
        await client.SendAsync(new Frame(opcode, new byte[size]) { Masked = false });
        await client.ExpectCloseAsync(1002);
    }

    [Fact]
    public async Task Frame_UnmaskedAfterGoodMessages_FailsAfterTheirEchoes()
    {
        using var client = await RawClient.OpenAsync(server, "masked, then unmasked");
        await client.SendAsync(Frame.Text("masked"), Frame.Text("bare") with { Masked = false }, Frame.Text("late"));
        await client.ExpectAsync(ServerEvent.Text("masked"));
        await client.ExpectCloseAsync(1002);
    }

    [Fact]
    public async Task Frame_UnmaskedHeaderOnly_FailsBeforeItsPayload()
    {
        using var client = await RawClient.OpenAsync(server, "header of an unmasked frame without its payload");
        await client.SendAsync(new Frame(Opcodes.Text, default) { Masked = false, Declares = 100 });
        await client.ExpectCloseAsync(1002);
    }

    /// <summary>Lengths around the widths of vector units, so that each tail of an unmasking loop runs; all in one
    /// segment, so that each starts at another alignment.</summary>
    [Fact]
    public async Task Message_OfEachLength_IsUnmaskedWhole()
    {
        byte[][] payloads = [.. Enumerable.Range(0, 300).Select(n =>
            (byte[])[.. Enumerable.Range(0, n).Select(i => (byte)(i * 7 + n))])];
        using var client = await RawClient.OpenAsync(server, "binary messages of 0 to 299 octets");
        var sending = client.SendAsync([.. payloads.Select(p => Frame.Binary(p))]);
        foreach (var payload in payloads)
            await client.ExpectAsync(ServerEvent.Binary(payload));
        await sending;
        await client.CloseAsync();
    }
}
