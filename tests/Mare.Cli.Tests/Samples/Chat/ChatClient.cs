// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Text;
using System.Text.Json;
using Mare.Protocol;
using Mare.Testing;

namespace Mare.Cli.Tests.Samples;

/// <summary>Is a client of a <see cref="ChatRoom"/>, made of the library's own protocol in the role of a client.</summary>
internal sealed class ChatClient : IDisposable
{
    private readonly ChatRoom _room;
    private readonly InMemoryPeer _peer;
    private readonly WebSocketProtocol _protocol = new(Role.Client, new MessageLimits(), ArrayPool<byte>.Shared, new PartialMessageBudget(10_000_000));
    private readonly Queue<ChatEvent> _events = new();
    private byte[] _early = [];

    public ChatClient(ChatRoom room, InMemoryPeer peer, string target, string? origin)
    {
        _room = room;
        _peer = peer;
        var handshake = new ClientHandshake("chat.example", target) { Origin = origin };
        var request = new ArrayBufferWriter<byte>();
        handshake.WriteRequest(request);
        Send(request.WrittenSpan);
        ReadOnlySpan<byte> data = peer.ReceiveAll();
        using var reader = new ClientResponseReader(handshake, new HandshakeLimits(), ArrayPool<byte>.Shared);
        reader.Read(ref data);
        Status = reader.Head!.StatusCode;
        if (Status != 101) return;
        _protocol.HandshakeCompleted();
        _early = data.ToArray();
    }

    /// <summary>Gets the status of the answer to the handshake.</summary>
    public int Status { get; }

    /// <summary>Gets the code and reason of the server's close frame; null until it has come.</summary>
    public (int Code, string Reason)? Closed { get; private set; }

    public int Pings { get; private set; }

    public bool WasDropped => _peer.WasReset;

    public bool AnswersPings { get; set; } = true;

    /// <summary>Takes the next thing that the room told, which must be there.</summary>
    public ChatEvent Read()
    {
        Receive();
        Assert.True(_events.TryDequeue(out var e), $"Nothing came. Closed: {Closed}");
        return e;
    }

    public void AssertNothing()
    {
        Receive();
        Assert.Equal([], _events.Select(static e => e.Json.GetRawText()));
    }

    /// <summary>Takes the server's close frame, which must be there.</summary>
    public (int Code, string Reason) ReadClose()
    {
        Receive();
        Assert.NotNull(Closed);
        return Closed.Value;
    }

    public void Say(string text, string key) => SendJson($"{{\"type\":\"say\",\"text\":{JsonSerializer.Serialize(text)},\"key\":\"{key}\"}}");

    public void SendJson(string json) => SendFrame(Opcode.Text, Encoding.UTF8.GetBytes(json));

    public void SendFrame(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameWriter.HeaderSize(payload.Length, masked: true) + payload.Length];
        FrameWriter.WriteFrame(frame, opcode, fin: true, payload, maskingKey: 0x01020304);
        Send(frame);
    }

    public void StopReading() => _peer.StopReading();

    public void ResumeReading()
    {
        _peer.ResumeReading();
        _room.Run();
    }

    public void Dispose() => _protocol.Dispose();

    /// <summary>Ends without a word.</summary>
    public void Reset()
    {
        _peer.Reset();
        _room.Run();
    }

    /// <summary>Takes what has come, and answers pings.</summary>
    public void Receive()
    {
        byte[] all = [.. _early, .. _peer.ReceiveAll()];
        _early = [];
        var data = all.AsSpan();
        while (_protocol.TryRead(ref data, out var e))
        {
            switch (e.Kind)
            {
                case ProtocolEventKind.Text:
                    _events.Enqueue(new ChatEvent(JsonDocument.Parse(e.Payload.ToArray()).RootElement));
                    break;
                case ProtocolEventKind.Ping:
                    Pings++;
                    if (AnswersPings) SendFrame(Opcode.Pong, e.Payload);
                    break;
                case ProtocolEventKind.Close:
                    Closed = ((int)e.Status, Encoding.UTF8.GetString(e.Payload));
                    return;
                default:
                    Assert.Fail($"The server sent {e.Kind}: {(e.Kind == ProtocolEventKind.Failed ? e.Error : null)}.");
                    break;
            }
        }
    }

    private void Send(ReadOnlySpan<byte> data)
    {
        _peer.Send(data);
        _room.Run();
    }
}
