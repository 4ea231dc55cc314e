// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Deflate;

/// <summary>RFC 7692 sections 6 and 7.2.2: compressed messages as they come.</summary>
public sealed class ReceivingTests
{
    private const string Hello = "f2 48 cd c9 c9 07 00";

    [Fact]
    public void ReservedBit1_NotNegotiated_Fails() => Assert.Equal(
        [Seen.Failed(ProtocolError.ReservedBits)], ProtocolFeeder.Feed(Role.Server, DeflateFeeder.Compressed(Hello)));

    [Fact]
    public void ReservedBit1_OnContinuation_Fails()
    {
        byte[] last = DeflateFeeder.Compressed("c9 c9 07 00", Opcode.Continuation);
        Assert.Equal(
            [Seen.Failed(ProtocolError.ReservedBits)],
            DeflateFeeder.Feed(Wire.Join(DeflateFeeder.Compressed("f2 48 cd", fin: false), last)));
    }

    [Theory]
    [InlineData(Opcode.Ping)]
    [InlineData(Opcode.Pong)]
    [InlineData(Opcode.Close)]
    public void ReservedBit1_OnControlFrame_Fails(Opcode opcode) => Assert.Equal(
        [Seen.Failed(ProtocolError.ReservedBits)], DeflateFeeder.Feed(DeflateFeeder.Compressed("", opcode)));

    [Theory]
    [InlineData(0x20)]
    [InlineData(0x10)]
    public void ReservedBits2And3_AreNobodys(byte bit)
    {
        byte[] frame = DeflateFeeder.Compressed(Hello);
        frame[0] |= bit;
        Assert.Equal([Seen.Failed(ProtocolError.ReservedBits)], DeflateFeeder.Feed(frame));
    }

    [Fact]
    public void Uncompressed_BetweenCompressed_IsReadAsItIs() => Assert.Equal(
        [Seen.Text("Hello"), Seen.Text("plain"), Seen.Text("Hello")],
        DeflateFeeder.Feed(Wire.Join(
            DeflateFeeder.Compressed(Hello), Wire.FromClient(Opcode.Text, "plain"), DeflateFeeder.Compressed("f2 00 11 00 00"))));

    [Fact]
    public void ControlFrames_BetweenFragments_AreSeenFirst() => Assert.Equal(
        [Seen.Ping("p"), Seen.Pong("q"), Seen.Text("Hello")],
        DeflateFeeder.Feed(Wire.Join(
            DeflateFeeder.Compressed("f2 48 cd", fin: false),
            Wire.FromClient(Opcode.Ping, "p"),
            Wire.FromClient(Opcode.Continuation, "", fin: false),
            Wire.FromClient(Opcode.Pong, "q"),
            Wire.FromClient(Opcode.Continuation, Hex.Bytes("c9 c9 07 00")))));

    [Fact]
    public void NoTakeover_ReferenceToAnEarlierMessage_Fails() => Assert.Equal(
        [Seen.Text("Hello"), Seen.Failed(ProtocolError.InvalidDeflate)],
        DeflateFeeder.Feed(
            Wire.Join(DeflateFeeder.Compressed(Hello), DeflateFeeder.Compressed("f2 00 11 00 00")), DeflateFeeder.NoTakeover));

    [Fact]
    public void BlockWithBfinal_ThenMoreMessages_EachIsReadAsAnotherStream() => Assert.Equal(
        [Seen.Text("Hello"), Seen.Text("Hello"), Seen.Text("Hello")],
        DeflateFeeder.Feed(Wire.Join(
            DeflateFeeder.Compressed("f3 48 cd c9 c9 07 00 00"),
            DeflateFeeder.Compressed("f3 48 cd c9 c9 07 00"), // without the byte that section 7.2.3.4 appends
            DeflateFeeder.Compressed(Hello))));

    [Fact]
    public void BlocksWithBfinal_SeveralInOneMessage_AreReadOn() => Assert.Equal(
        [Seen.Text("HelloHello")],
        DeflateFeeder.Feed(DeflateFeeder.Compressed("f3 48 cd c9 c9 07 00 f2 48 cd c9 c9 07 00")));

    [Fact]
    public void NoBytes_MarkedCompressed_AreAnEmptyMessage() => Assert.Equal(
        [Seen.Text("Hello"), Seen.Binary([]), Seen.Text("Hello")],
        DeflateFeeder.Feed(Wire.Join(
            DeflateFeeder.Compressed(Hello),
            DeflateFeeder.Compressed("", Opcode.Binary),
            DeflateFeeder.Compressed("f2 00 11 00 00"))));

    [Theory]
    [InlineData("07")] // a block of the reserved type
    [InlineData("00 05 00 05 00 48 65 6c 6c 6f 00")] // a length that its complement does not confirm
    [InlineData("f2 00 11 00 00")] // a reference to what never came
    public void Garbage_Fails(string hex) => Assert.Equal(
        [Seen.Failed(ProtocolError.InvalidDeflate)], DeflateFeeder.Feed(DeflateFeeder.Compressed(hex)));

    [Fact]
    public void Text_NotUtf8OnceInflated_FailsAtTheByteThatShowsIt()
    {
        // A block without compression that announces four bytes: the second cannot follow the first, the rest never comes.
        byte[] frame = DeflateFeeder.Compressed("00 04 00 fb ff 68 ff 00 00 00");
        Assert.Equal([Seen.Failed(ProtocolError.InvalidUtf8)], DeflateFeeder.Feed(frame[..^3]));
    }

    [Fact]
    public void Text_WhoseCharacterIsCutShort_FailsAtItsEnd() => Assert.Equal(
        [Seen.Failed(ProtocolError.InvalidUtf8)], DeflateFeeder.Feed(DeflateFeeder.Compressed("00 01 00 fe ff e2 00")));

    [Fact]
    public void MessageUnderWay_WhenThisSideCloses_IsDiscarded()
    {
        using var codecs = new DeflateCodecs(DeflateProvider.Native, 6, System.Buffers.ArrayPool<byte>.Shared);
        var pool = new CountingPool();
        using var protocol = new WebSocketProtocol(Role.Server, MessageLimits.Default, pool, null);
        protocol.HandshakeCompleted(new PerMessageDeflate(DeflateFeeder.NoTakeover, Role.Server, codecs));
        Span<byte> data = DeflateFeeder.Compressed("f2 48 cd", fin: false);
        Assert.False(protocol.TryRead(ref data, out _));
        protocol.StartClose(new byte[CloseFrame.MaxSize], CloseCode.Normal);
        Assert.Equal(0, pool.Outstanding);
        data = Wire.Join(
            Wire.FromClient(Opcode.Continuation, Hex.Bytes("c9 c9 07 00")),
            DeflateFeeder.Compressed(Hello),
            DeflateFeeder.Compressed("07"),
            Wire.FromClient(Opcode.Close, Hex.Bytes("03e8")));
        Assert.True(protocol.TryRead(ref data, out ProtocolEvent e));
        Assert.Equal(ProtocolEventKind.Close, e.Kind);
    }

    [Fact]
    public void Messages_OfEverySize_AreReadAtAnySplit()
    {
        foreach (int size in new[] { 1, 255, 256, 257, 4096, 65_535, 65_536, 65_537, 200_000 })
        {
            string text = string.Concat(Enumerable.Range(0, size).Select(i => (char)('a' + (i * 7 % 11 + (i / 100)) % 26)));
            byte[] wire = DeflateFeeder.Compressed(Peer.Deflate(Encoding.UTF8.GetBytes(text)));
            Assert.Equal([Seen.Text(text)], DeflateFeeder.Feed(wire));
        }
    }
}
