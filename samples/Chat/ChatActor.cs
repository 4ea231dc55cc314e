// SPDX-License-Identifier: MIT
using System.Text.Json;
using Lori;
using Mare;

namespace Chat;

/// <summary>Is one client's connection: takes its messages apart and posts them to the room, which answers through it.</summary>
internal sealed class ChatActor(Room room) : WebSocketServerActor
{
    private const int MaxKeyLength = 64;

    private RateLimit? _rate;
    private JoinRequest? _join;

    /// <summary>Sends what the room says. Any thread.</summary>
    /// <remarks>Who reads too slowly is let go: it comes back, and gets what it missed.</remarks>
    public void Tell(ReadOnlySpan<byte> json)
    {
        if (Connection.SendText(json) == SendStatus.QueueFull) Connection.Close(CloseCode.TryAgainLater, "reading too slowly");
    }

    protected override UpgradeDecision OnUpgradeRequest(UpgradeRequest request)
    {
        _join = JoinRequest.From(request);
        return true;
    }

    protected override void OnOpen()
    {
        // What a page sends after hours offline comes at once.
        _rate = new RateLimit(burst: 30, perSecond: 5, Loop.TimeProvider);
        room.Post(static (room, s) => room.Join(s.me, s.join), (me: this, join: _join!));
    }

    protected override void OnTextMessageUtf8(ReadOnlySpan<byte> utf8)
    {
        if (!_rate!.TryTake()) Connection.Close(CloseCode.PolicyViolation, "too many messages");
        else if (Parse(utf8) is { } message) Take(message);
        else Connection.Close(CloseCode.InvalidPayload, "not a message of this chat");
    }

    protected override void OnBinaryMessage(ReadOnlySpan<byte> data) =>
        Connection.Close(CloseCode.UnsupportedData, "messages are text");

    protected override void OnClosed(CloseStatus status, string reason) =>
        room.Post(static (room, me) => room.Leave(me), this);

    private static FromClient? Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, ChatJson.Default.FromClient);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Take(FromClient message)
    {
        switch (message)
        {
            case Say { Key.Length: > MaxKeyLength }:
                Refuse($"A key has at most {MaxKeyLength} characters.", key: null);
                break;
            case Say { Text.Length: > Texts.MaxMessageLength } say:
                Refuse($"A message has at most {Texts.MaxMessageLength} characters.", say.Key);
                break;
            case Say say:
                room.Post(static (room, s) => room.Say(s.me, s.say), (me: this, say));
                break;
            case Rename rename:
                room.Post(static (room, s) => room.Rename(s.me, s.rename), (me: this, rename));
                break;
            case Typing:
                room.Post(static (room, me) => room.Typing(me), this);
                break;
            case Ping:
                Tell(Room.Encode(new Pong()));
                break;
            default:
                Refuse("The type of the message is not known.", key: null);
                break;
        }
    }

    private void Refuse(string text, string? key) => Tell(Room.Encode(new Error(text, key)));
}
