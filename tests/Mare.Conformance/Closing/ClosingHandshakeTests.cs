// SPDX-License-Identifier: MIT
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Closing;

/// <summary>RFC 6455 5.5.1 and 7.1: nothing after the close frame, the server ends TCP first, and in order.</summary>
public sealed class ClosingHandshakeTests(EchoServer server)
{
    private static readonly Frame[] Late = [Frame.Text("late"), Frame.Ping("late"), Frame.Binary(new byte[4096])];

    [Fact]
    public async Task Close_Answered_IsFollowedByTheEndWithoutTheClientsEnd()
    {
        using var client = await RawClient.OpenAsync(server, "close, and the client keeps its half open");
        await client.SendAsync(Frame.Close(4321, "done"));
        await client.ExpectCloseAsync(4321);
    }

    [Fact]
    public async Task Close_OctetByOctet_IsAnswered()
    {
        using var client = await RawClient.OpenAsync(server, "close octet by octet");
        await client.SendAsync([Frame.Close(1000, "octet by octet")], Chops.PerOctet);
        await client.ExpectCloseAsync(1000);
    }

    [Fact]
    public async Task Close_AfterManyMessages_ComesAfterAllTheirEchoes()
    {
        const int Count = 500;
        using var client = await RawClient.OpenAsync(server, $"{Count} messages and a close in one segment");
        var sending = client.SendAsync(
            [.. Enumerable.Range(0, Count).Select(i => Frame.Text($"message {i}")), Frame.Close(1000)]);
        for (var i = 0; i < Count; i++)
            await client.ExpectAsync(ServerEvent.Text($"message {i}"));
        await client.ExpectCloseAsync(1000);
        await sending;
    }

    [Fact]
    public async Task Frames_AfterTheClose_AreNotAnswered()
    {
        using var client = await RawClient.OpenAsync(server, "frames behind a close");
        await client.SendAsync([Frame.Close(1001), .. Late]);
        await client.ExpectCloseAsync(1001);
    }

    /// <summary>Garbage behind a close frame is no second violation: the close is answered by its own code.</summary>
    [Fact]
    public async Task Garbage_AfterTheClose_IsIgnored()
    {
        using var client = await RawClient.OpenAsync(server, "garbage behind a close");
        await client.SendAsync((byte[])[.. Frame.Close(1000).ToBytes(), .. Enumerable.Repeat((byte)0xFF, 1000)]);
        await client.ExpectCloseAsync(1000);
    }

    /// <summary>RFC 6455 7.1.7: after it failed the connection, a server no longer handles what comes.</summary>
    [Fact]
    public async Task Frames_AfterAViolation_AreNotAnswered()
    {
        using var client = await RawClient.OpenAsync(server, "frames behind a violation");
        await client.SendAsync([Frame.Text("bad") with { Rsv = 2 }, .. Late, Frame.Close(1000)]);
        await client.ExpectCloseAsync(1002);
    }

    /// <summary>A quarter megabyte behind the violation is unread when the server closes: a server that does not
    /// linger turns its own close frame into a reset.</summary>
    [Theory]
    [InlineData("reserved bit", 1002)]
    [InlineData("invalid text", 1007)]
    [InlineData("too big", 1009)]
    [InlineData("close", 1000)]
    public async Task CloseFrame_BeforeUnreadInput_StillArrives(string what, int code)
    {
        var frame = what switch
        {
            "reserved bit" => Frame.Text("bad") with { Rsv = 2 },
            "invalid text" => Frame.Text(new byte[] { 0xFF }),
            "too big" => new Frame(Opcodes.Binary, default) { Declares = 1UL << 40 },
            _ => Frame.Close(1000),
        };
        using var client = await RawClient.OpenAsync(server, $"{what} before 256 KiB of input");
        await client.SendAsync(frame, Frame.Binary(new byte[256 * 1024]));
        await client.ExpectCloseAsync(code);
    }

    /// <summary>RFC 6455 7.1.5: an end without a close frame is the peer's right, and ends the server's side too.
    /// </summary>
    [Fact]
    public async Task Stream_EndedWithoutClose_IsEndedByTheServer()
    {
        using var client = await RawClient.OpenAsync(server, "end of the stream without a close frame");
        await client.SendAsync(Frame.Text("last"));
        await client.ExpectAsync(ServerEvent.Text("last"));
        client.EndSending();
        await client.ExpectEndOrCloseAsync();
    }

    [Fact]
    public async Task Stream_EndedInsideAFrame_IsEndedByTheServer()
    {
        using var client = await RawClient.OpenAsync(server, "end of the stream inside a frame");
        await client.SendAsync(Frame.Text("cut short").ToBytes().AsMemory(0, 9));
        client.EndSending();
        await client.ExpectEndOrCloseAsync();
    }

    /// <summary>The next client must not notice what this one does.</summary>
    [Fact]
    public async Task Connection_ResetInsideAMessage_LeavesOthersAlone()
    {
        using var other = await RawClient.OpenAsync(server, "bystander");
        using (var client = await RawClient.OpenAsync(server, "reset inside a message"))
        {
            await client.SendAsync(Frame.Text("begun", fin: false));
            client.Reset();
        }
        await other.SendAsync(Frame.Text("still here"));
        await other.ExpectAsync(ServerEvent.Text("still here"));
        await other.CloseAsync();
    }
}
