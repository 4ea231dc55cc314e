// SPDX-License-Identifier: MIT
using System.Buffers;
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Frames;

/// <summary>RFC 6455 sections 5.1 and 5.2: the base framing protocol.</summary>
public sealed class BaseFramingTests
{
    [Theory]
    [InlineData("c1 80 00000000", ProtocolError.ReservedBits)]
    [InlineData("a1 80 00000000", ProtocolError.ReservedBits)]
    [InlineData("91 80 00000000", ProtocolError.ReservedBits)]
    [InlineData("f1 80 00000000", ProtocolError.ReservedBits)]
    [InlineData("c9 80 00000000", ProtocolError.ReservedBits)]
    [InlineData("83 80 00000000", ProtocolError.UnknownOpcode)]
    [InlineData("84 80 00000000", ProtocolError.UnknownOpcode)]
    [InlineData("85 80 00000000", ProtocolError.UnknownOpcode)]
    [InlineData("86 80 00000000", ProtocolError.UnknownOpcode)]
    [InlineData("87 80 00000000", ProtocolError.UnknownOpcode)]
    [InlineData("8b 80 00000000", ProtocolError.UnknownOpcode)]
    [InlineData("8c 80 00000000", ProtocolError.UnknownOpcode)]
    [InlineData("8d 80 00000000", ProtocolError.UnknownOpcode)]
    [InlineData("8e 80 00000000", ProtocolError.UnknownOpcode)]
    [InlineData("8f 80 00000000", ProtocolError.UnknownOpcode)]
    [InlineData("81 05 48656c6c6f", ProtocolError.UnmaskedFrame)]
    [InlineData("89 00", ProtocolError.UnmaskedFrame)]
    [InlineData("82 fe 0000 00000000", ProtocolError.NonMinimalLength)]
    [InlineData("82 fe 007d 00000000", ProtocolError.NonMinimalLength)]
    [InlineData("82 ff 0000000000000000 00000000", ProtocolError.NonMinimalLength)]
    [InlineData("82 ff 000000000000ffff 00000000", ProtocolError.NonMinimalLength)]
    [InlineData("82 ff 8000000000000000 00000000", ProtocolError.LengthOverflow)]
    [InlineData("82 ff ffffffffffffffff 00000000", ProtocolError.LengthOverflow)]
    [InlineData("82 ff 4000000000000000 00000000", ProtocolError.MessageTooBig)]
    [InlineData("82 ff 7fffffffffffffff 00000000", ProtocolError.MessageTooBig)]
    public void Server_MalformedFrame_Fails(string wire, ProtocolError error)
    {
        Assert.Equal([Seen.Failed(error)], ProtocolFeeder.Feed(Role.Server, Hex.Bytes(wire)));
        // The same behind a good message, and with more behind it that must not be looked at.
        byte[] amid = Wire.Join(Wire.FromClient(Opcode.Text, "ok"), Hex.Bytes(wire), Wire.FromClient(Opcode.Text, "no"));
        Assert.Equal([Seen.Text("ok"), Seen.Failed(error)], ProtocolFeeder.Feed(Role.Server, amid));
    }

    [Fact]
    public void Client_MaskedFrame_Fails() => Assert.Equal(
        [Seen.Failed(ProtocolError.MaskedFrame)],
        ProtocolFeeder.Feed(Role.Client, Hex.Bytes("81 85 37fa213d 7f9f4d5158")));

    [Theory]
    [InlineData("c1", ProtocolError.ReservedBits)]
    [InlineData("83", ProtocolError.UnknownOpcode)]
    [InlineData("80", ProtocolError.UnexpectedContinuation)]
    [InlineData("09", ProtocolError.ControlFrameFragmented)]
    [InlineData("81 05", ProtocolError.UnmaskedFrame)]
    [InlineData("89 fe", ProtocolError.ControlFrameTooLong)]
    [InlineData("82 ff 80", ProtocolError.LengthOverflow)]
    [InlineData("82 fe 007d", ProtocolError.NonMinimalLength)]
    public void Header_ViolationInItsFirstBytes_FailsBeforeTheRestCame(string wire, ProtocolError error) =>
        Assert.Equal([Seen.Failed(error)], ProtocolFeeder.Feed(Role.Server, Hex.Bytes(wire)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(65535)]
    [InlineData(65536)]
    public void Message_AtEachLengthEncodingsEdge_IsRead(int length)
    {
        byte[] payload = new byte[length];
        new Random(length).NextBytes(payload);
        byte[] text = [.. Enumerable.Repeat((byte)'*', length)];
        foreach (Role role in Enum.GetValues<Role>())
        {
            Role peer = role == Role.Server ? Role.Client : Role.Server;
            byte[] wire = Wire.Join(
                Wire.Frame(peer, Opcode.Binary, true, payload), Wire.Frame(peer, Opcode.Text, true, text));
            Assert.Equal(
                [Seen.Binary(payload), Seen.Text(new string('*', length))], ProtocolFeeder.Feed(role, wire));
        }
    }

    [Theory]
    [InlineData(0, false, 2)]
    [InlineData(125, false, 2)]
    [InlineData(126, false, 4)]
    [InlineData(65535, false, 4)]
    [InlineData(65536, false, 10)]
    [InlineData(long.MaxValue, false, 10)]
    [InlineData(0, true, 6)]
    [InlineData(126, true, 8)]
    [InlineData(long.MaxValue, true, FrameWriter.MaxHeaderSize)]
    public void Writer_AnyLength_TakesTheShortestForm(long length, bool masked, int size)
    {
        Span<byte> header = stackalloc byte[FrameWriter.MaxHeaderSize];
        int written = masked
            ? FrameWriter.WriteHeader(header, Opcode.Binary, true, length, 0x04030201)
            : FrameWriter.WriteHeader(header, Opcode.Binary, true, length);

        Assert.Equal(size, written);
        Assert.Equal(size, FrameWriter.HeaderSize(length, masked));
        OperationStatus status = FrameReader.ReadHeader(
            header, masked ? Role.Server : Role.Client, false, out FrameHeader read, out _);
        Assert.Equal(OperationStatus.Done, status);
        Assert.Equal(new FrameHeader(Opcode.Binary, true, length, masked, masked ? 0x04030201u : 0, size), read);
    }

    [Fact]
    public void Writer_Rsv1_SetsItsBit()
    {
        Span<byte> header = stackalloc byte[2];
        FrameWriter.WriteHeader(header, Opcode.Text, true, 0, maskingKey: null, rsv1: true);
        Assert.Equal("c100", Hex.Of(header));
    }

    [Fact]
    public void Writer_DestinationTooShort_ThrowsAndSaysSo()
    {
        Assert.Throws<ArgumentException>(() => FrameWriter.WriteHeader(new byte[3], Opcode.Text, true, 126));
        Assert.Throws<ArgumentException>(() => FrameWriter.WriteFrame(new byte[3], Opcode.Text, true, "ab"u8));
        Assert.Throws<ArgumentOutOfRangeException>(() => FrameWriter.HeaderSize(-1, false));
    }
}
