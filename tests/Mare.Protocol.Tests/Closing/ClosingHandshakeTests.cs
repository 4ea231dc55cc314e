// SPDX-License-Identifier: MIT
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Closing;

/// <summary>RFC 6455 sections 1.4, 5.5.1 and 7.1: the closing handshake, begun by either side or by both.</summary>
public sealed class ClosingHandshakeTests
{
    private static readonly byte[] PeerClose = Hex.Bytes("88 82 00000000 03e9");

    private readonly byte[] _out = new byte[CloseFrame.MaxSize];
    private readonly CountingPool _pool = new();

    [Fact]
    public void PeerCloses_Answered_IsClosedWithOneFrame()
    {
        using WebSocketProtocol protocol = Open();
        Assert.Equal([Seen.Close(1001)], Read(protocol, PeerClose));
        Assert.Equal(ProtocolState.Closing, protocol.State);
        Assert.False(protocol.CanSend);
        Assert.True(protocol.CloseReceived);
        Assert.False(protocol.CloseSent);

        Assert.Equal("880203e9", Written(protocol.AnswerClose(_out)));
        Assert.Equal(ProtocolState.Closed, protocol.State);
        Assert.True(protocol.CloseSent);
        Assert.Equal(0, protocol.AnswerClose(_out));
        Assert.Equal(0, protocol.StartClose(_out, CloseCode.Normal));
        Assert.Equal(0, protocol.FailClose(_out, ProtocolError.ReservedBits));
    }

    [Fact]
    public void PeerCloses_WithoutStatus_IsAnsweredWithoutStatus()
    {
        using WebSocketProtocol protocol = Open();
        Read(protocol, Hex.Bytes("88 80 00000000"));
        Assert.Equal(CloseStatus.NoStatusReceived, protocol.ReceivedStatus);
        Assert.Equal("8800", Written(protocol.AnswerClose(_out)));
    }

    [Fact]
    public void ThisSideCloses_PeerAnswers_IsClosedWithOneFrame()
    {
        using WebSocketProtocol protocol = Open();
        Assert.Equal("880503e8627965", Written(protocol.StartClose(_out, CloseCode.Normal, "bye")));
        Assert.Equal(ProtocolState.Closing, protocol.State);
        Assert.False(protocol.CanSend);
        Assert.Equal(CloseStatus.AbnormalClosure, protocol.ReceivedStatus);

        Assert.Equal([Seen.Close(1001)], Read(protocol, PeerClose));
        Assert.Equal(0, protocol.AnswerClose(_out));
        Assert.Equal(ProtocolState.Closed, protocol.State);
        Assert.Equal(CloseStatus.GoingAway, protocol.ReceivedStatus);
    }

    [Fact]
    public void ThisSideCloses_Twice_WritesOnce()
    {
        using WebSocketProtocol protocol = Open();
        Assert.NotEqual(0, protocol.StartClose(_out, null));
        Assert.Equal(0, protocol.StartClose(_out, CloseCode.Normal));
    }

    [Fact]
    public void Closing_WhatComesBeforeTheAnswer_IsCheckedAndDiscarded()
    {
        byte[] wire = Wire.Join(
            Wire.FromClient(Opcode.Text, "late"),
            Wire.FromClient(Opcode.Ping, "late"),
            Wire.FromClient(Opcode.Text, "in parts, and not UTF-8: ", fin: false),
            Wire.FromClient(Opcode.Pong, "late"),
            Wire.FromClient(Opcode.Continuation, [0xFF, 0xFF]),
            Wire.FromClient(Opcode.Binary, new byte[70_000]),
            PeerClose,
            Wire.FromClient(Opcode.Text, "later"));
        Assert.Equal([Seen.Close(1001)], ProtocolFeeder.Feed(Role.Server, wire, before: StartClose));
    }

    [Theory]
    [InlineData("c1 80 00000000", ProtocolError.ReservedBits)]
    [InlineData("80 80 00000000", ProtocolError.UnexpectedContinuation)]
    [InlineData("81 05", ProtocolError.UnmaskedFrame)]
    [InlineData("88 81 00000000 00", ProtocolError.ClosePayloadTooShort)]
    [InlineData("82 ff 4000000000000000 00000000", ProtocolError.MessageTooBig)]
    public void Closing_MalformedFrame_FailsAndNothingMoreIsWritten(string hex, ProtocolError error)
    {
        byte[] wire = Wire.Join(Wire.FromClient(Opcode.Text, "late"), Hex.Bytes(hex));
        Assert.Equal([Seen.Failed(error)], ProtocolFeeder.Feed(Role.Server, wire, before: StartClose));

        using WebSocketProtocol protocol = Open();
        StartClose(protocol);
        Read(protocol, wire);
        Assert.Equal(0, protocol.FailClose(_out, error));
        Assert.Equal(ProtocolState.Closed, protocol.State);
    }

    [Fact]
    public void Closing_MessageInParts_StoresNothing()
    {
        using WebSocketProtocol protocol = Open();
        byte[] frame = Wire.FromClient(Opcode.Binary, new byte[5000]);
        Assert.Empty(Read(protocol, frame[..3000]));
        Assert.NotEqual(0, _pool.RentedBytes);
        StartClose(protocol);
        Assert.Equal(0, _pool.RentedBytes);
        int rentals = _pool.Rentals;

        Assert.Empty(Read(protocol, frame[3000..]));
        Assert.Empty(Read(protocol, Wire.FromClient(Opcode.Binary, new byte[5000])[..4000]));
        Assert.Equal(rentals, _pool.Rentals);
    }

    [Fact]
    public void StartClose_WhileAnAssembledMessageIsHeld_LeavesItsPayload()
    {
        using WebSocketProtocol protocol = Open();
        byte[] frame = Wire.FromClient(Opcode.Text, new string('m', 500));
        Assert.Empty(Read(protocol, frame[..100]));
        Span<byte> rest = frame.AsSpan(100);
        Assert.True(protocol.TryRead(ref rest, out ProtocolEvent e));
        StartClose(protocol);
        Assert.Equal(Seen.Text(new string('m', 500)), Seen.Of(e));
        Assert.False(protocol.TryRead(ref rest, out _));
        Assert.Equal(0, _pool.RentedBytes);
    }

    [Fact]
    public void Failure_IsToldOnceWithItsCodeAndReason()
    {
        foreach (ProtocolError error in Enum.GetValues<ProtocolError>().Where(error => error != ProtocolError.None))
        {
            using WebSocketProtocol server = Open();
            int size = server.FailClose(_out, error);
            Assert.Equal(ProtocolState.Closed, server.State);
            Assert.Equal(
                [Seen.Close((int)ProtocolErrors.CloseCodeOf(error), ProtocolErrors.ReasonOf(error))],
                ProtocolFeeder.Feed(Role.Client, _out[..size]));
            Assert.Equal(0, server.FailClose(_out, error));
        }
    }

    [Fact]
    public void ClosingFrames_OfAClient_AreMasked()
    {
        using var client = new WebSocketProtocol(Role.Client, MessageLimits.Default, _pool, null, ProtocolState.Open);
        int size = client.StartClose(_out, CloseCode.GoingAway, "bye");
        Assert.Equal([Seen.Close(1001, "bye")], ProtocolFeeder.Feed(Role.Server, _out[..size]));
    }

    [Fact]
    public void CallersMistakes_ThrowAndChangeNothing()
    {
        using WebSocketProtocol protocol = Open();
        Assert.Throws<ArgumentException>("code", () => protocol.StartClose(_out, (CloseCode)1006));
        Assert.Throws<ArgumentException>("reason", () => protocol.StartClose(_out, CloseCode.Normal, new string('r', 124)));
        Assert.Throws<ArgumentException>("destination", () => protocol.StartClose(new byte[10], CloseCode.Normal));
        Assert.Throws<ArgumentOutOfRangeException>("error", () => protocol.FailClose(_out, ProtocolError.None));
        Assert.Throws<InvalidOperationException>(() => protocol.AnswerClose(_out));
        Assert.Equal(ProtocolState.Open, protocol.State);
    }

    private static void StartClose(WebSocketProtocol protocol) =>
        Assert.NotEqual(0, protocol.StartClose(new byte[CloseFrame.MaxSize], CloseCode.Normal));

    private static Seen[] Read(WebSocketProtocol protocol, byte[] wire)
    {
        var seen = new List<Seen>();
        Span<byte> data = [.. wire];
        while (protocol.TryRead(ref data, out ProtocolEvent e))
            seen.Add(Seen.Of(e));
        return [.. seen];
    }

    private WebSocketProtocol Open() => new(Role.Server, MessageLimits.Default, _pool, null, ProtocolState.Open);

    private string Written(int size) => Hex.Of(_out.AsSpan(0, size));
}
