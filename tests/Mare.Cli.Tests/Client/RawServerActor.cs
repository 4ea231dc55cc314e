// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using System.Text;
using Lori;

namespace Mare.Cli.Tests.Client;

/// <summary>Is the server's end of a connection whose bytes a test sees and makes itself; it shares no code with Mare.</summary>
internal sealed class RawServerActor(Func<string, byte[]?> answer) : TcpConnectionActor
{
    private readonly List<byte> _received = [];

    public new TcpConnection Connection => base.Connection;

    /// <summary>Gets the request's head, once it is whole.</summary>
    public string? Head { get; private set; }

    /// <summary>Gets what came behind the head.</summary>
    public byte[] Received => [.. _received];

    public CloseCause? Cause { get; private set; }

    /// <summary>Gets or sets whether the client's end of TCP is left unanswered.</summary>
    public bool Ignores { get; set; }

    /// <summary>Makes the right answer to a request. RFC 6455, section 4.2.2.</summary>
    public static byte[] Upgrade(string head, string more = "")
    {
        var key = head.Split("Sec-WebSocket-Key: ")[1].Split("\r\n")[0];
#pragma warning disable CA5350 // RFC 6455 wants SHA-1; it is no secret.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n{more}\r\n");
    }

    /// <summary>Takes a client's frame apart, which must be masked and short.</summary>
    public static (int First, uint Key, byte[] Payload, int Size) ReadFrame(ReadOnlySpan<byte> bytes)
    {
        Assert.Equal(0x80, bytes[1] & 0x80);
        var length = bytes[1] & 0x7F;
        Assert.InRange(length, 0, 125);
        var payload = bytes.Slice(6, length).ToArray();
        for (var i = 0; i < length; i++) payload[i] ^= bytes[2 + (i % 4)];
        return (bytes[0], BitConverter.ToUInt32(bytes[2..]), payload, 6 + length);
    }

    protected override void OnReceived(Span<byte> data)
    {
        _received.AddRange(data);
        if (Head is not null) return;
        var text = Encoding.Latin1.GetString([.. _received]);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return;
        Head = text[..(end + 4)];
        _received.RemoveRange(0, end + 4);
        if (answer(Head) is { } bytes) Connection.Send(bytes);
    }

    protected override void OnPeerClosed()
    {
        if (!Ignores) base.OnPeerClosed();
    }

    protected override void OnClosed(CloseCause cause) => Cause = cause;
}
