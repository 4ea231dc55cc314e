// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare.Tests.Connections;

/// <summary>What breaks the protocol ends in its close code, one OnClosed, and TCP's end. RFC 6455, sections 5 and 7.1.7.</summary>
public sealed class MalformedFrameTests
{
    public static TheoryData<string, string, int> Malformed => new()
    {
        { "RSV1", "c180 00000000", 1002 },
        { "RSV2", "a180 00000000", 1002 },
        { "RSV3", "9180 00000000", 1002 },
        { "reserved data opcode", "8380 00000000", 1002 },
        { "reserved control opcode", "8b80 00000000", 1002 },
        { "no mask", "8101 61", 1002 },
        { "16-bit length that fits in 7", "82fe 007d", 1002 },
        { "64-bit length that fits in 16", "82ff 000000000000ffff", 1002 },
        { "64-bit length with the top bit", "82ff 8000000000000000", 1002 },
        { "control frame of 126 bytes", "89fe 007e", 1002 },
        { "fragmented ping", "0980 00000000", 1002 },
        { "fragmented close", "0880 00000000", 1002 },
        { "continuation of nothing", "8080 00000000", 1002 },
        { "message inside a message", "0180 00000000 8180 00000000", 1002 },
        { "2^62 bytes", "82ff 4000000000000000 00000000", 1009 },
        { "one byte more than the limit", "82ff 0000000000100001 00000000", 1009 },
        { "text that is not UTF-8", "8181 00000000 ff", 1007 },
        { "text that is impossible early", "81fe 0400 00000000 c3c3", 1007 },
        { "text that ends inside a character", "8181 00000000 c3", 1007 },
        { "close of one byte", "8881 00000000 03", 1002 },
        { "close code 1005", "8882 00000000 03ed", 1002 },
        { "close code 999", "8882 00000000 03e7", 1002 },
        { "close code 5000", "8882 00000000 1388", 1002 },
        { "close reason that is not UTF-8", "8883 00000000 03e8 ff", 1007 },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Frame_Malformed_ClosesWithItsCode(string what, string hex, int code)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        for (var split = 0; split < bytes.Length; split++)
        {
            using var server = new MemoryServer();
            var client = server.Open();
            client.Send(bytes[..split]);
            client.Send(bytes[split..]);
            var close = client.ReadCloseAndEnd();
            Assert.True(code == close.CloseCode, $"{what}, split at {split}: {close}");
            client.Leave();
            PeerCloseTests.AssertClosed(
                server.Actor, (CloseStatus)code, close.CloseReason, CloseInitiator.Self, cleanly: false);
            Assert.Equal(0, server.Actor.CountOf("OnTextMessage"));
        }
    }

    [Fact]
    public void Frame_Malformed_IsLoggedWithItsError()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Send(Convert.FromHexString("c18000000000"));
        client.ReadCloseAndEnd();
        Assert.Contains(server.Log.Lines, static line => line.Text.Contains(nameof(ProtocolError.ReservedBits), StringComparison.Ordinal));
        client.Leave();
    }

    [Fact]
    public void Frame_MalformedBehindMessages_IsMetAfterThem()
    {
        using var server = new MemoryServer(static a => a.Hook = MessageTests.Echo);
        var client = server.Open();
        client.Send(ClientFrames.Binary([1]), [0xc1, 0x80], ClientFrames.Binary([2]));
        Assert.Equal([Opcode.Binary, Opcode.Close], client.ReadFrames().Select(static f => f.Opcode));
        Assert.Single(server.Actor.Messages);
    }

    [Fact]
    public void Message_OfTooManyFragments_ClosesWith1009()
    {
        using var server = new MemoryServer(configure: static o => o.MaxFragments = 3);
        var client = server.Open();
        client.Send(ClientFrames.Binary([1], fin: false), ClientFrames.Continuation([2], fin: false));
        client.Send(ClientFrames.Continuation([3], fin: false));
        Assert.Empty(client.ReadFrames());
        client.Send(ClientFrames.Continuation([4]));
        Assert.Equal(1009, client.ReadCloseAndEnd().CloseCode);
    }

    [Fact]
    public void Message_OfFragmentsBeyondTheSizeLimit_ClosesWith1009()
    {
        using var server = new MemoryServer(configure: static o => o.MaxMessageSize = 1000);
        var client = server.Open();
        client.Send(ClientFrames.Binary(new byte[600], fin: false), ClientFrames.Announce(Opcode.Continuation, 401));
        Assert.Equal(1009, client.ReadCloseAndEnd().CloseCode);
    }

    [Fact]
    public void Peer_FailedThatSendsOn_StillGetsTheCloseFrame()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Send([0xc1, 0x80]);
        client.Send(new byte[200_000]);
        Assert.False(client.Peer.WasReset);
        Assert.Equal(1002, client.ReadCloseAndEnd().CloseCode);
    }
}
