// SPDX-License-Identifier: MIT
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Framing;

/// <summary>RFC 6455 5.2: the length field. Each frame here is refused by its header alone: the payload is never sent,
/// so a server that waits for it, or reserves it, does not answer in time.</summary>
public sealed class LengthTests(EchoServer server)
{
    public static TheoryData<byte, int, bool> NonMinimal => new()
    {
        { Opcodes.Text, 0, false },
        { Opcodes.Text, 5, false },
        { Opcodes.Binary, 125, false },
        { Opcodes.Text, 0, true },
        { Opcodes.Text, 5, true },
        { Opcodes.Binary, 126, true },
        { Opcodes.Binary, 65535, true },
        { Opcodes.Ping, 5, false },
        { Opcodes.Close, 2, true },
    };

    [Theory, MemberData(nameof(NonMinimal))]
    public async Task Length_LongerThanNeeded_FailsWith1002(byte opcode, int size, bool eightOctets)
    {
        using var client = await RawClient.OpenAsync(server, $"length {size} in {(eightOctets ? 8 : 2)} octets");
        await client.SendAsync(HeaderOnly(opcode, (ulong)size) with
        {
            LengthForm = eightOctets ? LengthForm.Bits64 : LengthForm.Bits16,
        });
        await client.ExpectCloseAsync(1002);
    }

    [Theory]
    [InlineData(1UL << 63)]
    [InlineData(ulong.MaxValue)]
    [InlineData((1UL << 63) + 5)]
    public async Task Length_WithTheTopBit_FailsWith1002(ulong length)
    {
        using var client = await RawClient.OpenAsync(server, $"length {length:X16}");
        await client.SendAsync(HeaderOnly(Opcodes.Binary, length));
        await client.ExpectCloseAsync(1002);
    }

    [Theory]
    [InlineData(1UL << 62)]
    [InlineData((1UL << 63) - 1)]
    [InlineData(1UL << 32)]
    [InlineData((1UL << 32) + 5)]
    [InlineData(1UL << 31)]
    [InlineData((1UL << 31) - 1)]
    [InlineData(EchoServer.MaxMessageBytes + 1UL)]
    public async Task Length_AboveTheLimit_FailsAtOnceWith1009(ulong length)
    {
        using var client = await RawClient.OpenAsync(server, $"length {length:X16}");
        await client.SendAsync(HeaderOnly(Opcodes.Binary, length));
        await client.ExpectCloseAsync(1009);
    }

    [Fact]
    public async Task Length_OctetByOctet_FailsAtOnceWith1009()
    {
        using var client = await RawClient.OpenAsync(server, "header of 2^62 octets, octet by octet");
        await client.SendAsync([HeaderOnly(Opcodes.Text, 1UL << 62)], Chops.PerOctet);
        await client.ExpectCloseAsync(1009);
    }

    private static Frame HeaderOnly(byte opcode, ulong length) => new(opcode, default) { Declares = length };
}
