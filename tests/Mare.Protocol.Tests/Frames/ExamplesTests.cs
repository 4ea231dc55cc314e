// SPDX-License-Identifier: MIT
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Frames;

/// <summary>RFC 6455 section 5.7: the examples.</summary>
public sealed class ExamplesTests
{
    [Fact]
    public void Text_SingleUnmaskedFrame_IsRead() =>
        Assert.Equal([Seen.Text("Hello")], ProtocolFeeder.Feed(Role.Client, Hex.Bytes("81 05 48 65 6c 6c 6f")));

    [Fact]
    public void Text_SingleMaskedFrame_IsRead() => Assert.Equal(
        [Seen.Text("Hello")], ProtocolFeeder.Feed(Role.Server, Hex.Bytes("81 85 37 fa 21 3d 7f 9f 4d 51 58")));

    [Fact]
    public void Text_FragmentedUnmasked_IsReadAsOne() => Assert.Equal(
        [Seen.Text("Hello")], ProtocolFeeder.Feed(Role.Client, Hex.Bytes("01 03 48 65 6c 80 02 6c 6f")));

    [Fact]
    public void Ping_Unmasked_IsRead() =>
        Assert.Equal([Seen.Ping("Hello")], ProtocolFeeder.Feed(Role.Client, Hex.Bytes("89 05 48 65 6c 6c 6f")));

    [Fact]
    public void Pong_Masked_IsRead() => Assert.Equal(
        [Seen.Pong("Hello")], ProtocolFeeder.Feed(Role.Server, Hex.Bytes("8a 85 37 fa 21 3d 7f 9f 4d 51 58")));

    [Theory]
    [InlineData(256, "82 7e 01 00")]
    [InlineData(65536, "82 7f 00 00 00 00 00 01 00 00")]
    public void Binary_LongUnmaskedFrame_IsRead(int length, string header)
    {
        byte[] payload = new byte[length];
        new Random(length).NextBytes(payload);
        Assert.Equal(
            [Seen.Binary(payload)], ProtocolFeeder.Feed(Role.Client, Wire.Join(Hex.Bytes(header), payload)));
    }

    [Fact]
    public void Writer_EachExample_GivesItsBytes()
    {
        byte[] hello = "Hello"u8.ToArray();
        Assert.Equal(Hex.Bytes("81 05 48 65 6c 6c 6f"), Wire.Frame(Role.Server, Opcode.Text, true, hello));
        Assert.Equal(
            Hex.Bytes("81 85 37 fa 21 3d 7f 9f 4d 51 58"), Wire.Frame(Role.Client, Opcode.Text, true, hello));
        Assert.Equal(
            Hex.Bytes("01 03 48 65 6c 80 02 6c 6f"),
            Wire.Join(
                Wire.Frame(Role.Server, Opcode.Text, false, hello.AsSpan(0, 3)),
                Wire.Frame(Role.Server, Opcode.Continuation, true, hello.AsSpan(3))));
        Assert.Equal(
            Hex.Bytes("82 7e 01 00"), Wire.Frame(Role.Server, Opcode.Binary, true, new byte[256])[..4]);
        Assert.Equal(
            Hex.Bytes("82 7f 00 00 00 00 00 01 00 00"),
            Wire.Frame(Role.Server, Opcode.Binary, true, new byte[65536])[..10]);
    }
}
