// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Handshake;

/// <summary>How the octets of the opening handshake reach the server: it must not matter, and what follows the head
/// are frames.</summary>
public sealed class DeliveryTests(EchoServer server)
{
    [Fact]
    public async Task Head_OctetByOctet_IsUpgraded()
    {
        var request = HandshakeRequest.For(server);
        using var client = await RawClient.ConnectAsync(server, "head octet by octet");
        await client.SendOctetsAsync(request.ToBytes());
        await client.ExpectSwitchingProtocolsAsync(request);
        await client.SendAsync(Frame.Text("hello"));
        await client.ExpectAsync(ServerEvent.Text("hello"));
        await client.CloseAsync();
    }

    [Fact]
    public async Task Frames_InTheSegmentOfTheHead_AreEchoed()
    {
        var request = HandshakeRequest.For(server);
        using var client = await RawClient.ConnectAsync(server, "head and frames in one segment");
        await client.SendAsync((byte[])
        [
            .. request.ToBytes(),
            .. Frame.Join([Frame.Text("one"), Frame.Ping("two"), Frame.Binary(new byte[] { 3 }), Frame.Close(1000)]),
        ]);
        await client.ExpectSwitchingProtocolsAsync(request);
        await client.ExpectAsync(ServerEvent.Text("one"));
        await client.ExpectAsync(ServerEvent.Pong("two"));
        await client.ExpectAsync(ServerEvent.Binary([3]));
        await client.ExpectCloseAsync(1000);
    }

    [Fact]
    public async Task Frame_BegunInTheSegmentOfTheHead_IsEchoedWhenItsRestCame()
    {
        var request = HandshakeRequest.For(server);
        var frame = Frame.Text("in two segments").ToBytes();
        using var client = await RawClient.ConnectAsync(server, "head and half a frame in one segment");
        await client.SendAsync((byte[])[.. request.ToBytes(), .. frame[..9]]);
        await client.ExpectSwitchingProtocolsAsync(request);
        await client.SendAsync(frame.AsMemory(9));
        await client.ExpectAsync(ServerEvent.Text("in two segments"));
        await client.CloseAsync();
    }

    [Fact]
    public async Task Frame_MalformedInTheSegmentOfTheHead_FailsTheOpenConnection()
    {
        var request = HandshakeRequest.For(server);
        using var client = await RawClient.ConnectAsync(server, "head and a bad frame in one segment");
        await client.SendAsync((byte[])[.. request.ToBytes(), .. (Frame.Text("x") with { Rsv = 1 }).ToBytes()]);
        await client.ExpectSwitchingProtocolsAsync(request);
        await client.ExpectCloseAsync(1002);
    }

    [Fact]
    public async Task Connection_EndedBeforeTheHeadIsComplete_IsEnded()
    {
        using var client = await RawClient.ConnectAsync(server, "half a head, then the end");
        await client.SendAsync(HandshakeRequest.For(server).ToBytes().AsMemory(0, 40));
        client.EndSending();
        await client.ExpectEndOrRefusalAsync();
    }

    [Fact]
    public async Task Connection_EndedBeforeAnyOctet_IsEnded()
    {
        using var client = await RawClient.ConnectAsync(server, "nothing, then the end");
        client.EndSending();
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task Garbage_InsteadOfHttp_IsRefusedInOrder()
    {
        // The start of a TLS ClientHello, and then octets of every value.
        byte[] garbage = [0x16, 0x03, 0x01, .. Enumerable.Range(0, 256).Select(octet => (byte)octet), .. "\r\n\r\n"u8];
        using var client = await RawClient.ConnectAsync(server, "garbage");
        await client.SendAsync(garbage);
        await Exchange.ReadRefusalAsync(client, HandshakeRequest.For(server), 400);
    }

    /// <summary>What was sent behind a refused head is unread at the close; the answer must still arrive.</summary>
    [Fact]
    public async Task Refusal_BeforeUnreadInput_StillArrives()
    {
        var request = HandshakeRequest.For(server).Replace("Host");
        using var client = await RawClient.ConnectAsync(server, "refused head before 64 KiB of input");
        await client.SendAsync((byte[])[.. request.ToBytes(), .. Encoding.ASCII.GetBytes(new string('x', 64 * 1024))]);
        await Exchange.ReadRefusalAsync(client, request, 400);
    }
}
