// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using Mare.Protocol;

namespace Mare.Bench.Load;

/// <summary>
/// Is what one connection says and hears: one binary message again and again, its payload and masking key random and of
/// this connection. Both sides are encoded once, several messages in a row, so that sending is a copy and checking a
/// comparison.
/// </summary>
internal sealed class EchoTraffic
{
    // Messages are repeated up to about this many bytes: small enough for the caches, large enough for fast copies.
    private const int RunBytes = 4096;

    private readonly byte[] _sent;
    private readonly byte[] _expected;
    private readonly int _sentSize;
    private readonly int _expectedSize;
    private readonly int _repeats;
    private int _position; // within the message that is being received

    public EchoTraffic(bool webSocket, int size)
    {
        var payload = RandomNumberGenerator.GetBytes(size);
        var masked = Frame(payload, Masking.NewKey());
        // A raw echo carries as many bytes in as the WebSocket does, and sends them all back.
        var echoed = webSocket ? Frame(payload, null) : masked;
        (_sentSize, _expectedSize) = (masked.Length, echoed.Length);
        _repeats = Math.Max(1, RunBytes / masked.Length);
        _sent = Repeat(masked, _repeats);
        _expected = Repeat(echoed, _repeats);
    }

    /// <summary>Gets the bytes of so many messages on the wire.</summary>
    public int BytesOf(int messages) => messages * _sentSize;

    /// <summary>Gets bytes of at most so many messages to send, and how many they are.</summary>
    public ReadOnlySpan<byte> Take(int messages, out int taken)
    {
        taken = Math.Min(messages, _repeats);
        return _sent.AsSpan(0, taken * _sentSize);
    }

    /// <summary>Compares received bytes with what must come; returns how many messages they complete.</summary>
    /// <exception cref="LoadException">The bytes are not one unfragmented frame a message, or not the right message.</exception>
    public int Receive(ReadOnlySpan<byte> data)
    {
        var completed = 0;
        while (!data.IsEmpty)
        {
            var part = Math.Min(data.Length, _expected.Length - _position);
            if (!data[..part].SequenceEqual(_expected.AsSpan(_position, part)))
                throw new LoadException("The server sent something else than each message back in one frame.");
            completed += (_position + part) / _expectedSize;
            _position = (_position + part) % _expectedSize;
            data = data[part..];
        }

        return completed;
    }

    private static byte[] Frame(byte[] payload, uint? key)
    {
        var frame = new byte[FrameWriter.HeaderSize(payload.Length, key is not null) + payload.Length];
        FrameWriter.WriteFrame(frame, Opcode.Binary, fin: true, payload, key);
        return frame;
    }

    private static byte[] Repeat(byte[] frame, int times) => [.. Enumerable.Repeat(frame, times).SelectMany(f => f)];
}
