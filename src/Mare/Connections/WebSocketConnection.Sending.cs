// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Text;
using Lori;
using Mare.Protocol;

namespace Mare;

public sealed partial class WebSocketConnection
{
    // What a message may be to stand in one piece, with its header, among the loop's small output.
    private const int SmallFrame = 2048;
    private const int MaxControlPayload = 125; // RFC 6455, section 5.5
    private const int StackChars = 256;

    // What other threads hand over besides messages bears kinds that no opcode has.
    private const byte ForeignClose = 0x80;

    /// <summary>Sends a text message. Any thread.</summary>
    /// <param name="text">The text; lone surrogates are replaced by U+FFFD.</param>
    /// <returns>At once, what became of it.</returns>
    public SendStatus SendText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SendText(text.AsSpan());
    }

    /// <summary>Sends a text message. Any thread.</summary>
    /// <param name="text">The text, encoded before this returns; lone surrogates are replaced by U+FFFD.</param>
    /// <returns>At once, what became of it.</returns>
    public SendStatus SendText(ReadOnlySpan<char> text) => SendText(text, SendOptions.None);

    /// <summary>Sends a text message in a way of its own. Any thread.</summary>
    /// <param name="text">The text, encoded before this returns; lone surrogates are replaced by U+FFFD.</param>
    /// <param name="options">What is different about it.</param>
    /// <returns>At once, what became of it.</returns>
    public SendStatus SendText(ReadOnlySpan<char> text, SendOptions options)
    {
        if (!IsOpen) return SendStatus.Closed;
        if (text.Length <= StackChars)
        {
            Span<byte> utf8 = stackalloc byte[StackChars * 3];
            return SendText(utf8[..Encoding.UTF8.GetBytes(text, utf8)], options);
        }

        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var status = SendText(rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)), options);
        ArrayPool<byte>.Shared.Return(rented);
        return status;
    }

    /// <summary>Sends a text message that is UTF-8 already. Any thread.</summary>
    /// <param name="utf8">
    /// The message, copied before this returns. It must be valid UTF-8, which is not checked: a peer fails the connection
    /// (1007) when it is not.
    /// </param>
    /// <returns>At once, what became of it.</returns>
    public SendStatus SendText(ReadOnlySpan<byte> utf8) => SendMessage((byte)Opcode.Text, utf8);

    /// <summary>Sends a binary message. Any thread.</summary>
    /// <param name="data">The message, copied before this returns.</param>
    /// <returns>At once, what became of it.</returns>
    public SendStatus SendBinary(ReadOnlySpan<byte> data) => SendMessage((byte)Opcode.Binary, data);

    /// <summary>Sends a ping, ahead of messages that are queued; the answer comes as OnPong. Any thread. RFC 6455, section 5.5.2.</summary>
    /// <param name="payload">What the peer sends back, at most 125 bytes; copied.</param>
    /// <returns>
    /// Accepted or Closed; QueueFull while the connection is throttled: a ping would wait behind what the peer has not read.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="payload"/> is longer than 125 bytes.</exception>
    public SendStatus Ping(ReadOnlySpan<byte> payload = default)
    {
        if (payload.Length > MaxControlPayload)
            throw new ArgumentException($"A ping holds at most {MaxControlPayload} bytes.", nameof(payload));
        if (!IsOpen) return SendStatus.Closed;
        if (_tcp.IsThrottled) return SendStatus.QueueFull;
        if (!_loop.IsCurrent) return _tcp.SendForeign((byte)Opcode.Ping, payload);
        WriteControl(Opcode.Ping, payload);
        return SendStatus.Accepted;
    }

    void ITcpConnectionEvents.OnForeign(QueuedSend item, ReadOnlySpan<byte> data)
    {
        switch (item.Kind)
        {
            case ForeignClose:
                BeginClose((CloseCode)BitConverter.ToUInt16(data), Encoding.UTF8.GetString(data[sizeof(ushort)..]));
                break;
            case (byte)Opcode.Ping:
                if (_open) WriteControl(Opcode.Ping, data);
                break;
            default:
                _tcp.SendAccepted(item, data);
                break;
        }
    }

    private void WriteControl(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        WriteFrame(opcode, payload);
        _tcp.AfterWrite();
    }

    private void WriteFrame(Opcode opcode, ReadOnlySpan<byte> payload, bool compressed = false)
    {
        if (payload.Length <= SmallFrame - FrameWriter.MaxHeaderSize)
        {
            var size = FrameWriter.HeaderSize(payload.Length, masked: false) + payload.Length;
            var frame = _tcp.ReserveWire(size);
            payload.CopyTo(frame[FrameWriter.WriteHeader(frame, opcode, fin: true, payload.Length, null, compressed)..]);
            _tcp.CommitWire(size);
            return;
        }

        Span<byte> header = stackalloc byte[FrameWriter.MaxHeaderSize];
        _tcp.WriteWire(header[..FrameWriter.WriteHeader(header, opcode, fin: true, payload.Length, null, compressed)], payload);
    }

    /// <summary>
    /// Answers a ping. While the peer does not read, only the last one is owed (RFC 6455, section 5.5.3), so that a flood of
    /// pings cannot fill the memory.
    /// </summary>
    private void AnswerPing(ReadOnlySpan<byte> payload)
    {
        if (!_tcp.IsThrottled)
        {
            WriteControl(Opcode.Pong, payload);
            return;
        }

        if (_owedPong?.Length != payload.Length) _owedPong = new byte[payload.Length];
        payload.CopyTo(_owedPong);
    }

    private void PayOwedPong()
    {
        if (_owedPong is null) return;
        if (_open) WriteControl(Opcode.Pong, _owedPong);
        _owedPong = null;
    }
}
