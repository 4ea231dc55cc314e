// SPDX-License-Identifier: MIT
using System.Buffers;
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Connection;

/// <summary>The life of a connection: handshaking, open, closing, closed.</summary>
public sealed class ConnectionStateTests
{
    private static readonly byte[] Out = new byte[CloseFrame.MaxSize];

    [Fact]
    public void New_IsHandshakingAndReadsNoFrames()
    {
        using WebSocketProtocol protocol = New();
        Assert.Equal(ProtocolState.Handshaking, protocol.State);
        Assert.False(protocol.CanSend);
        Assert.Throws<InvalidOperationException>(() => TryRead(protocol, "81 80 00000000"));
        Assert.Throws<InvalidOperationException>(() => protocol.StartClose(Out, CloseCode.Normal));
        Assert.Throws<InvalidOperationException>(() => protocol.FailClose(Out, ProtocolError.ReservedBits));
        Assert.Throws<InvalidOperationException>(() => protocol.AnswerClose(Out));
        Assert.Equal(ProtocolState.Handshaking, protocol.State);
    }

    [Fact]
    public void HandshakeCompleted_IsOpenOnce()
    {
        using WebSocketProtocol protocol = New();
        protocol.HandshakeCompleted();
        Assert.Equal(ProtocolState.Open, protocol.State);
        Assert.True(protocol.CanSend);
        Assert.True(TryRead(protocol, "81 80 00000000"));
        Assert.Throws<InvalidOperationException>(protocol.HandshakeCompleted);
        Assert.Throws<InvalidOperationException>(protocol.HandshakeFailed);
    }

    [Fact]
    public void HandshakeFailed_IsClosedAndDiscards()
    {
        using WebSocketProtocol protocol = New();
        protocol.HandshakeFailed();
        Assert.Equal(ProtocolState.Closed, protocol.State);
        Assert.False(TryRead(protocol, "81 80 00000000"));
        Assert.Throws<InvalidOperationException>(protocol.HandshakeCompleted);
        Assert.Equal(0, protocol.StartClose(Out, CloseCode.Normal));
    }

    [Theory]
    [InlineData(ProtocolState.Handshaking)]
    [InlineData(ProtocolState.Open)]
    public void TransportEnded_InAnyState_IsClosed(ProtocolState state)
    {
        using WebSocketProtocol protocol = New(state);
        protocol.TransportEnded();
        Assert.Equal(ProtocolState.Closed, protocol.State);
        Assert.False(protocol.CanSend);
        Assert.Equal(CloseStatus.AbnormalClosure, protocol.ReceivedStatus);
        Assert.False(TryRead(protocol, "81 80 00000000"));
        Assert.Equal(0, protocol.StartClose(Out, CloseCode.Normal));
        Assert.Equal(0, protocol.FailClose(Out, ProtocolError.ReservedBits));
    }

    [Fact]
    public void TransportEnded_BetweenCloseAndAnswer_AnswersNothing()
    {
        using WebSocketProtocol protocol = New(ProtocolState.Open);
        Assert.True(TryRead(protocol, "88 80 00000000"));
        protocol.TransportEnded();
        Assert.Equal(0, protocol.AnswerClose(Out));
        Assert.Equal(CloseStatus.NoStatusReceived, protocol.ReceivedStatus);
    }

    [Fact]
    public void Failed_Input_LeavesNothingToSendButTheCloseFrame()
    {
        using WebSocketProtocol protocol = New(ProtocolState.Open);
        Assert.True(TryRead(protocol, "c1"));
        Assert.Equal(ProtocolState.Closing, protocol.State);
        Assert.False(protocol.CanSend);
        Assert.False(TryRead(protocol, "81 80 00000000"));
        Assert.Equal(0, protocol.StartClose(Out, CloseCode.Normal));
        Assert.NotEqual(0, protocol.FailClose(Out, ProtocolError.ReservedBits));
        Assert.Equal(ProtocolState.Closed, protocol.State);
    }

    [Fact]
    public void Dispose_AtAnyPointOfAMessage_GivesEverythingBack()
    {
        byte[] wire = Wire.Join(
            Wire.FromClient(Opcode.Text, new string('a', 300), fin: false),
            Wire.FromClient(Opcode.Ping, "p"),
            Wire.FromClient(Opcode.Continuation, new string('b', 300)));
        for (int length = 0; length <= wire.Length; length++)
        {
            var pool = new CountingPool();
            var budget = new PartialMessageBudget(1 << 20);
            var protocol = new WebSocketProtocol(
                Role.Server, MessageLimits.Default, pool, budget, ProtocolState.Open);
            Span<byte> data = wire.AsSpan(0, length).ToArray();
            while (protocol.TryRead(ref data, out ProtocolEvent e) && e.Kind != ProtocolEventKind.Text)
                Assert.Equal(ProtocolEventKind.Ping, e.Kind);
            protocol.Dispose();
            protocol.Dispose();
            Assert.Equal(0, pool.RentedBytes);
            Assert.Equal(0, budget.InUseBytes);
        }
    }

    [Fact]
    public void Constructor_WrongArguments_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>("state", () => New(ProtocolState.Closing));
        Assert.Throws<ArgumentNullException>("limits", () => new WebSocketProtocol(Role.Server, null!, ArrayPool<byte>.Shared, null));
        Assert.Throws<ArgumentNullException>("pool", () => new WebSocketProtocol(Role.Server, MessageLimits.Default, null!, null));
    }

    [Fact]
    public void ErrorTable_EachError_HasACodeAndAShortReason()
    {
        foreach (ProtocolError error in Enum.GetValues<ProtocolError>().Where(error => error != ProtocolError.None))
            CloseFrame.Validate(ProtocolErrors.CloseCodeOf(error), ProtocolErrors.ReasonOf(error));
        Assert.Throws<ArgumentOutOfRangeException>(() => ProtocolErrors.CloseCodeOf(ProtocolError.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => ProtocolErrors.ReasonOf((ProtocolError)255));
    }

    [Theory]
    [InlineData(ProtocolError.ReservedBits, CloseCode.ProtocolError)]
    [InlineData(ProtocolError.UnmaskedFrame, CloseCode.ProtocolError)]
    [InlineData(ProtocolError.InvalidCloseCode, CloseCode.ProtocolError)]
    [InlineData(ProtocolError.InvalidUtf8, CloseCode.InvalidPayload)]
    [InlineData(ProtocolError.InvalidCloseReason, CloseCode.InvalidPayload)]
    [InlineData(ProtocolError.MessageTooBig, CloseCode.MessageTooBig)]
    [InlineData(ProtocolError.TooManyFragments, CloseCode.MessageTooBig)]
    [InlineData(ProtocolError.PartialMessageBudgetExceeded, CloseCode.TryAgainLater)]
    public void ErrorTable_Error_HasItsCloseCode(ProtocolError error, CloseCode code) =>
        Assert.Equal(code, ProtocolErrors.CloseCodeOf(error));

    private static WebSocketProtocol New(ProtocolState state = ProtocolState.Handshaking) =>
        new(Role.Server, MessageLimits.Default, new CountingPool(), null, state);

    private static bool TryRead(WebSocketProtocol protocol, string hex)
    {
        Span<byte> data = Hex.Bytes(hex);
        return protocol.TryRead(ref data, out _);
    }
}
