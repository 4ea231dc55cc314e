// SPDX-License-Identifier: MIT
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Frames;

/// <summary>RFC 6455 section 5.5: control frames.</summary>
public sealed class ControlFrameTests
{
    [Theory]
    [InlineData("88 fe 007e 00000000")]
    [InlineData("89 fe 007e 00000000")]
    [InlineData("8a ff 0000000000010000 00000000")]
    public void ControlFrame_LongerThan125_Fails(string wire) => Assert.Equal(
        [Seen.Failed(ProtocolError.ControlFrameTooLong)], ProtocolFeeder.Feed(Role.Server, Hex.Bytes(wire)));

    [Theory]
    [InlineData("08 80 00000000")]
    [InlineData("09 80 00000000")]
    [InlineData("0a 80 00000000")]
    public void ControlFrame_NotFinal_Fails(string wire) => Assert.Equal(
        [Seen.Failed(ProtocolError.ControlFrameFragmented)], ProtocolFeeder.Feed(Role.Server, Hex.Bytes(wire)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(125)]
    public void PingAndPong_EachLength_AreRead(int length)
    {
        string text = new('p', length);
        byte[] wire = Wire.Join(Wire.FromClient(Opcode.Ping, text), Wire.FromClient(Opcode.Pong, text));
        Assert.Equal([Seen.Ping(text), Seen.Pong(text)], ProtocolFeeder.Feed(Role.Server, wire));
    }

    [Fact]
    public void PingAndPong_BetweenFragments_ComeBeforeTheMessage()
    {
        byte[] wire = Wire.Join(
            Wire.FromClient(Opcode.Text, "frag", fin: false),
            Wire.FromClient(Opcode.Ping, "one"),
            Wire.FromClient(Opcode.Continuation, "men", fin: false),
            Wire.FromClient(Opcode.Pong, ""),
            Wire.FromClient(Opcode.Ping, new string('x', 125)),
            Wire.FromClient(Opcode.Continuation, "ted"),
            Wire.FromClient(Opcode.Text, "next"));
        Assert.Equal(
            [Seen.Ping("one"), Seen.Pong(""), Seen.Ping(new string('x', 125)), Seen.Text("fragmented"), Seen.Text("next")],
            ProtocolFeeder.Feed(Role.Server, wire));
    }

    [Fact]
    public void Close_BetweenFragments_EndsTheInput()
    {
        byte[] wire = Wire.Join(
            Wire.FromClient(Opcode.Text, "frag", fin: false),
            Hex.Bytes("88 82 00000000 03e8"),
            Wire.FromClient(Opcode.Continuation, "mented"));
        Assert.Equal([Seen.Close(1000)], ProtocolFeeder.Feed(Role.Server, wire));
    }
}
