// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Protocol;
using Mare.Testing;

namespace Mare.Tests.Compression;

/// <summary>Compressed messages through a whole server. RFC 7692, section 7.2.</summary>
public sealed class CompressionTests
{
    private const string Offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits";

    private static readonly string Json = string.Join(',', Enumerable.Range(0, 30).Select(i => $$"""{"id":{{i}},"name":"mare"}"""));

    [Theory]
    [InlineData(CompressionMode.Shared)]
    [InlineData(CompressionMode.Dedicated)]
    public void Text_BothWays_IsCompressed(CompressionMode mode)
    {
        using var server = Make(mode, EchoText);
        var client = Open(server);
        var codec = new ClientCodec();
        client.Send(ClientCodec.Text(Json));
        var frame = client.ReadFrame();
        Assert.True(frame.Payload.Length < Json.Length / 2, $"{frame.Payload.Length} of {Json.Length} bytes.");
        Assert.Equal(Json, codec.Inflate(frame));
    }

    [Fact]
    public void Dedicated_SecondMessage_RefersToTheFirst()
    {
        using var server = Make(CompressionMode.Dedicated, EchoText);
        var client = Open(server);
        var codec = new ClientCodec();
        client.Send(ClientFrames.Text(Json), ClientFrames.Text(Json));
        var frames = client.ReadFrames();
        Assert.Equal([Json, Json], [.. frames.Select(codec.Inflate)]);
        Assert.True(frames[1].Payload.Length < frames[0].Payload.Length / 2);
    }

    [Fact]
    public void Shared_ConnectionsInTurn_DoNotReferToEachOther()
    {
        using var server = Make(CompressionMode.Shared, EchoText);
        var (one, other) = (Open(server), Open(server));
        for (var i = 0; i < 3; i++)
        {
            one.Send(ClientCodec.Text(Json));
            other.Send(ClientCodec.Text(Json));
            Assert.Equal(Json, new ClientCodec().Inflate(one.ReadFrame()));
            Assert.Equal(Json, new ClientCodec().Inflate(other.ReadFrame()));
        }
    }

    [Fact]
    public void Shared_FragmentsOfTwoConnectionsMixed_AreToldApart()
    {
        using var server = Make(CompressionMode.Shared);
        var one = Open(server);
        var first = server.Actor;
        var other = Open(server);
        byte[] hello = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]; // RFC 7692, section 7.2.3.1
        one.Send(ClientCodec.Frame(Opcode.Text, hello[..3], fin: false));
        other.Send(ClientCodec.Frame(Opcode.Text, hello[..4], fin: false));
        one.Send(ClientFrames.Continuation(hello.AsSpan(3)));
        other.Send(ClientFrames.Continuation(hello.AsSpan(4)));
        Assert.Equal("OnTextMessage Hello", first.Calls[^1]);
        Assert.Equal("OnTextMessage Hello", server.Actor.Calls[^1]);
    }

    [Fact]
    public void Message_UnderTheThreshold_GoesUncompressed()
    {
        using var server = Make(CompressionMode.Dedicated, EchoText, o => o.Threshold = Json.Length + 1);
        var client = Open(server);
        client.Send(ClientCodec.Text(Json));
        var frame = client.ReadFrame();
        Assert.Equal((false, Json), (frame.Compressed, frame.Text));
    }

    [Fact]
    public void Message_AskedToGoUncompressed_DoesAndTheNextDoesNot()
    {
        using var server = Make(CompressionMode.Dedicated);
        var client = Open(server);
        server.OnLoop(static me =>
        {
            var utf8 = Encoding.UTF8.GetBytes(Json);
            var connection = me.Connection;
            Assert.Equal(SendStatus.Accepted, connection.SendText(Json, SendOptions.Uncompressed));
            Assert.Equal(SendStatus.Accepted, connection.SendText(Json.AsSpan(), SendOptions.Uncompressed));
            Assert.Equal(SendStatus.Accepted, connection.SendText(utf8, SendOptions.Uncompressed));
            Assert.Equal(SendStatus.Accepted, connection.SendBinary(utf8, SendOptions.Uncompressed));
            Assert.Equal(SendStatus.Accepted, connection.SendTextAsync(Json, SendOptions.Uncompressed).AsTask().Result);
            Assert.Equal(SendStatus.Accepted, connection.SendTextAsync(utf8, SendOptions.Uncompressed).AsTask().Result);
            Assert.Equal(SendStatus.Accepted, connection.SendBinaryAsync(utf8, SendOptions.Uncompressed).AsTask().Result);
            Assert.Equal(SendStatus.Accepted, connection.SendText(Json, SendOptions.None));
            Assert.Equal(SendStatus.Accepted, connection.SendTextAsync(Json, SendOptions.None).AsTask().Result);
        });
        var frames = client.ReadFrames();
        Assert.Equal(9, frames.Count);
        Assert.All(frames.Take(7), static f => Assert.Equal((false, Json), (f.Compressed, f.Text)));
        var codec = new ClientCodec();
        Assert.All(frames.Skip(7), f => Assert.Equal(Json, codec.Inflate(f)));
    }

    [Fact]
    public void Message_AskedToGoUncompressed_WithoutCompression_IsAsAnyOther()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.OnLoop(static me => me.Connection.SendText("plain", SendOptions.Uncompressed));
        Assert.Equal("plain", client.ReadFrame().Text);
    }

    [Fact]
    public void Queued_WhileThrottled_IsCompressedAsItMovesToTheWire()
    {
        using var server = Make(CompressionMode.Dedicated, network: new InMemoryNetworkOptions { Window = 1024 });
        var client = Open(server);
        client.Peer.StopReading();
        server.OnLoop(static me =>
        {
            var noise = new byte[200_000];
            new Random(1).NextBytes(noise);
            Assert.Equal(SendStatus.AcceptedThrottled, me.Connection.SendBinary(noise));
            Assert.Equal(SendStatus.AcceptedThrottled, me.Connection.SendText(Json));
            Assert.Equal(SendStatus.AcceptedThrottled, me.Connection.SendText(Json, SendOptions.Uncompressed));
        });
        client.ResumeReading();
        var frames = client.ReadFrames();
        Assert.Equal([Opcode.Binary, Opcode.Text, Opcode.Text], [.. frames.Select(static f => f.Opcode)]);
        Assert.Equal([true, true, false], [.. frames.Select(static f => f.Compressed)]);
        Assert.Equal(Json, frames[2].Text);
    }

    [Fact]
    public void Bomb_ClosesWith1009()
    {
        using var server = Make(CompressionMode.Shared);
        var client = Open(server);
        client.Send(ClientCodec.Message(Opcode.Binary, new byte[10_000_000]));
        Assert.Equal(1009, client.ReadCloseAndEnd().CloseCode);
        client.Leave();
        Assert.Empty(server.Actor.Messages);
        Assert.Equal((CloseStatus)1009, server.Actor.Status);
    }

    [Fact]
    public void Garbage_ClosesWith1007AndTouchesNoOther()
    {
        using var server = Make(CompressionMode.Shared, EchoText);
        var (bad, good) = (Open(server), Open(server));
        bad.Send(ClientCodec.Frame(Opcode.Text, [0x07]));
        Assert.Equal(1007, bad.ReadCloseAndEnd().CloseCode);
        good.Send(ClientCodec.Text(Json));
        Assert.Equal(Json, new ClientCodec().Inflate(good.ReadFrame()));
    }

    [Fact]
    public void ReservedBit_WithoutAnOffer_ClosesWith1002()
    {
        using var server = Make(CompressionMode.Shared);
        var client = server.Open();
        client.Send(ClientCodec.Text("hello"));
        Assert.Equal(1002, client.ReadCloseAndEnd().CloseCode);
    }

    private static void EchoText(ProbeActor actor, string callback)
    {
        if (callback == "OnTextMessage") actor.Connection.SendText(Json);
    }

    private static MemoryServer Make(
        CompressionMode mode,
        Action<ProbeActor, string>? hook = null,
        Action<CompressionOptions>? change = null,
        InMemoryNetworkOptions? network = null)
    {
        void Configure(WebSocketServerOptions options)
        {
            options.Compression.Mode = mode;
            change?.Invoke(options.Compression);
        }

        return new MemoryServer(a => a.Hook = hook, Configure, network);
    }

    private static MemoryClient Open(MemoryServer server)
    {
        var client = server.Request(Requests.Upgrade("/", Offer));
        Assert.Equal(101, client.ReadAnswer().Status);
        client.Deflates = true;
        return client;
    }
}
