// SPDX-License-Identifier: MIT
using System.Text;

namespace Mare.Protocol.Tests.Feeding;

/// <summary>A protocol event, copied so that it can be kept and compared.</summary>
internal sealed record Seen(
    ProtocolEventKind Kind, string PayloadHex = "", CloseStatus Status = 0, ProtocolError Error = ProtocolError.None)
{
    public static Seen Of(in ProtocolEvent e) => new(e.Kind, Hex.Of(e.Payload), e.Status, e.Error);

    public static Seen Text(string text) => new(ProtocolEventKind.Text, Hex.Of(Encoding.UTF8.GetBytes(text)));

    public static Seen Binary(ReadOnlySpan<byte> data) => new(ProtocolEventKind.Binary, Hex.Of(data));

    public static Seen Ping(string text) => new(ProtocolEventKind.Ping, Hex.Of(Encoding.UTF8.GetBytes(text)));

    public static Seen Pong(string text) => new(ProtocolEventKind.Pong, Hex.Of(Encoding.UTF8.GetBytes(text)));

    public static Seen Close(int status, string reason = "") =>
        new(ProtocolEventKind.Close, Hex.Of(Encoding.UTF8.GetBytes(reason)), (CloseStatus)status);

    public static Seen Failed(ProtocolError error) => new(ProtocolEventKind.Failed, Error: error);
}
