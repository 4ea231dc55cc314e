// SPDX-License-Identifier: MIT
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Closing;

/// <summary>RFC 6455 sections 5.5.1 and 7.4: the close frame's payload, received and written.</summary>
public sealed class CloseFrameTests
{
    [Fact]
    public void Close_Empty_HasNoStatus() =>
        Assert.Equal([Seen.Close(1005)], ProtocolFeeder.Feed(Role.Server, Hex.Bytes("88 80 00000000")));

    [Fact]
    public void Close_OfOneByte_Fails() => Assert.Equal(
        [Seen.Failed(ProtocolError.ClosePayloadTooShort)],
        ProtocolFeeder.Feed(Role.Server, Hex.Bytes("88 81 00000000 03")));

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1002)]
    [InlineData(1003)]
    [InlineData(1007)]
    [InlineData(1008)]
    [InlineData(1009)]
    [InlineData(1010)]
    [InlineData(1011)]
    [InlineData(1012)]
    [InlineData(1013)]
    [InlineData(1014)]
    [InlineData(3000)]
    [InlineData(3999)]
    [InlineData(4000)]
    [InlineData(4999)]
    public void Close_CodeThatMayCome_IsReadAndEchoed(int code)
    {
        Assert.Equal([Seen.Close(code, "why")], ProtocolFeeder.Feed(Role.Server, Close(code, "why"u8)));

        using WebSocketProtocol protocol = Open(Role.Server);
        Read(protocol, Close(code, "why"u8));
        byte[] answer = new byte[CloseFrame.MaxSize];
        int size = protocol.AnswerClose(answer);
        Assert.Equal($"8802{code:x4}", Hex.Of(answer.AsSpan(0, size)));
        Assert.Equal((CloseStatus)code, protocol.ReceivedStatus);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1004)]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1015)]
    [InlineData(1016)]
    [InlineData(1100)]
    [InlineData(2000)]
    [InlineData(2999)]
    [InlineData(5000)]
    [InlineData(65535)]
    public void Close_CodeThatMayNotCome_Fails(int code) => Assert.Equal(
        [Seen.Failed(ProtocolError.InvalidCloseCode)], ProtocolFeeder.Feed(Role.Server, Close(code, "why"u8)));

    [Theory]
    [InlineData("c0af")]
    [InlineData("f4908080")]
    [InlineData("eda080")]
    [InlineData("e282")]
    public void Close_ReasonNotUtf8_Fails(string reason) => Assert.Equal(
        [Seen.Failed(ProtocolError.InvalidCloseReason)],
        ProtocolFeeder.Feed(Role.Server, Close(1000, Hex.Bytes(reason))));

    [Fact]
    public void Close_LongestReason_IsRead() => Assert.Equal(
        [Seen.Close(1000, new string('r', 123))],
        ProtocolFeeder.Feed(Role.Server, Close(1000, [.. Enumerable.Repeat((byte)'r', 123)])));

    [Fact]
    public void Close_WithFramesBehindIt_EndsTheInput()
    {
        byte[] wire = Wire.Join(
            Wire.FromClient(Opcode.Text, "a"), Close(1000, ""u8), Wire.FromClient(Opcode.Text, "b"), Close(1001, ""u8));
        Assert.Equal([Seen.Text("a"), Seen.Close(1000)], ProtocolFeeder.Feed(Role.Server, wire));
    }

    [Fact]
    public void MayBeSent_EveryNumber_FollowsTheTable()
    {
        for (int code = 0; code <= ushort.MaxValue; code++)
        {
            bool expected = Enum.IsDefined((CloseCode)code) || code is >= 3000 and <= 4999;
            Assert.Equal(expected, ((CloseCode)code).MayBeSent());
        }
    }

    [Fact]
    public void IsOther_EveryNumber_IsThatWithoutAName()
    {
        for (int status = 0; status <= ushort.MaxValue; status++)
            Assert.Equal(!Enum.IsDefined((CloseStatus)status), ((CloseStatus)status).IsOther());
    }

    [Fact]
    public void Write_CodeAndReason_GivesTheFrame()
    {
        byte[] frame = new byte[CloseFrame.MaxSize];
        Assert.Equal("880203e8", Written(CloseCode.Normal, ""));
        Assert.Equal("880503f3c3a921", Written(CloseCode.InternalError, "é!"));
        Assert.Equal("8800", Written(null, ""));
        Assert.Equal("88051387efbfbd", Written((CloseCode)4999, "\ud800"));

        string Written(CloseCode? code, string reason) =>
            Hex.Of(frame.AsSpan(0, CloseFrame.Write(frame, code, reason)));
    }

    [Fact]
    public void Write_LongestFrame_FillsMaxSize()
    {
        byte[] frame = new byte[CloseFrame.MaxSize];
        Assert.Equal(CloseFrame.MaxSize, CloseFrame.Write(frame, CloseCode.Normal, new string('r', 123), 1));
    }

    [Theory]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1014)]
    [InlineData(1015)]
    [InlineData(999)]
    [InlineData(5000)]
    public void Validate_CodeThatMayNotBeSent_Throws(int code) =>
        Assert.Throws<ArgumentException>(nameof(code), () => CloseFrame.Validate((CloseCode)code, ""));

    [Fact]
    public void Validate_Reason_IsMeasuredInUtf8()
    {
        CloseFrame.ValidateReason(new string('r', 123));
        CloseFrame.ValidateReason(new string('é', 61));
        Assert.Throws<ArgumentException>("reason", () => CloseFrame.ValidateReason(new string('r', 124)));
        Assert.Throws<ArgumentException>("reason", () => CloseFrame.ValidateReason(new string('é', 62)));
        Assert.Throws<ArgumentException>("reason", () => CloseFrame.ValidateReason(new string('\ud800', 42)));
        Assert.Throws<ArgumentException>("reason", () => CloseFrame.Validate(null, "why"));
    }

    private static byte[] Close(int code, ReadOnlySpan<byte> reason) =>
        Wire.Frame(Role.Client, Opcode.Close, true, [(byte)(code >> 8), (byte)code, .. reason]);

    private static WebSocketProtocol Open(Role role) =>
        new(role, MessageLimits.Default, new CountingPool(), null, ProtocolState.Open);

    private static void Read(WebSocketProtocol protocol, Span<byte> data)
    {
        Assert.True(protocol.TryRead(ref data, out ProtocolEvent e));
        Assert.Equal(ProtocolEventKind.Close, e.Kind);
    }
}
