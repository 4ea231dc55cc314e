// SPDX-License-Identifier: MIT
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Messages;

/// <summary>RFC 6455 section 5.4: fragmentation.</summary>
public sealed class FragmentationTests
{
    [Fact]
    public void Message_InManyFragmentsSomeEmpty_IsReadAsOne()
    {
        byte[] wire = Wire.Join(
            Wire.FromClient(Opcode.Binary, "", fin: false),
            Wire.FromClient(Opcode.Continuation, "ab", fin: false),
            Wire.FromClient(Opcode.Continuation, "", fin: false),
            Wire.FromClient(Opcode.Continuation, new string('c', 1000), fin: false),
            Wire.FromClient(Opcode.Continuation, ""));
        byte[] payload = [.. "ab"u8, .. Enumerable.Repeat((byte)'c', 1000)];
        Assert.Equal([Seen.Binary(payload)], ProtocolFeeder.Feed(Role.Server, wire));
    }

    [Fact]
    public void Message_OfEmptyFragmentsOnly_IsEmpty()
    {
        byte[] wire = Wire.Join(
            Wire.FromClient(Opcode.Text, "", fin: false), Wire.FromClient(Opcode.Continuation, ""));
        Assert.Equal([Seen.Text("")], ProtocolFeeder.Feed(Role.Server, wire));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Continuation_WithoutMessage_Fails(bool fin)
    {
        Seen[] expected = [Seen.Text("a"), Seen.Failed(ProtocolError.UnexpectedContinuation)];
        byte[] wire = Wire.Join(Wire.FromClient(Opcode.Text, "a"), Wire.FromClient(Opcode.Continuation, "b", fin));
        Assert.Equal(expected, ProtocolFeeder.Feed(Role.Server, wire));
    }

    [Fact]
    public void Continuation_AfterFragmentedMessageEnded_Fails()
    {
        byte[] wire = Wire.Join(
            Wire.FromClient(Opcode.Text, "a", fin: false),
            Wire.FromClient(Opcode.Continuation, "b"),
            Wire.FromClient(Opcode.Continuation, "c"));
        Assert.Equal(
            [Seen.Text("ab"), Seen.Failed(ProtocolError.UnexpectedContinuation)],
            ProtocolFeeder.Feed(Role.Server, wire));
    }

    [Theory]
    [InlineData(Opcode.Text, true)]
    [InlineData(Opcode.Binary, false)]
    public void NewMessage_InsideFragmentedMessage_Fails(Opcode opcode, bool fin)
    {
        byte[] wire = Wire.Join(
            Wire.FromClient(Opcode.Text, "a", fin: false),
            Wire.FromClient(Opcode.Ping, "still there"),
            Wire.FromClient(opcode, "b", fin));
        Assert.Equal(
            [Seen.Ping("still there"), Seen.Failed(ProtocolError.ExpectedContinuation)],
            ProtocolFeeder.Feed(Role.Server, wire));
    }

    [Fact]
    public void Message_InPartsThenSmallOnes_AllAreRead()
    {
        // The general way must find back to the hot path, and the other way round.
        byte[] large = new byte[70_000];
        new Random(2).NextBytes(large);
        byte[] wire = Wire.Join(
            Wire.FromClient(Opcode.Text, "before"),
            Wire.FromClient(Opcode.Binary, large),
            Wire.FromClient(Opcode.Text, "after"),
            Wire.FromClient(Opcode.Binary, large, fin: false),
            Wire.FromClient(Opcode.Continuation, large),
            Wire.FromClient(Opcode.Text, "end"));
        Assert.Equal(
            [Seen.Text("before"), Seen.Binary(large), Seen.Text("after"), Seen.Binary([.. large, .. large]), Seen.Text("end")],
            ProtocolFeeder.Feed(Role.Server, wire));
    }
}
