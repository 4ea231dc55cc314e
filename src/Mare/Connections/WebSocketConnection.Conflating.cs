// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Text;
using Lori;
using Mare.Protocol;

namespace Mare;

/// <content>What may be lost of what was accepted: messages that a newer one replaces, or that a policy drops. All of it is counted.</content>
public sealed partial class WebSocketConnection
{
    private const string TooSlow = "the client reads too slowly";

    /// <summary>
    /// Gets how many messages were accepted, waited for a slow client and were dropped for newer ones
    /// (<see cref="SlowPeerPolicy.DropOldest"/>). Also in OnClosed. Loop only.
    /// </summary>
    public long DroppedMessages => _tcp.DroppedSends;

    /// <summary>
    /// Gets how many messages were accepted, waited and were replaced by newer ones of their <see cref="MessageKey"/>. Also in
    /// OnClosed. Loop only.
    /// </summary>
    public long ReplacedMessages => _tcp.ReplacedSends;

    /// <summary>
    /// Sends a text message of which a slow client gets only the newest: where one of its key still waits, this one takes that
    /// one's place. Any thread.
    /// </summary>
    /// <param name="text">The text, encoded before this returns; lone surrogates are replaced by U+FFFD.</param>
    /// <param name="key">What it is the newest of.</param>
    /// <returns>At once, what became of it.</returns>
    /// <remarks>
    /// The place is kept, so that what changes often is not put off for ever: the new message may overtake others that were
    /// sent between the two. Sent from another thread, messages wait until the loop takes them, and replace each other there
    /// too. What was replaced counts no more towards the queue's limit.
    /// </remarks>
    public SendStatus SendText(string text, MessageKey key)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!IsOpen) return SendStatus.Closed;
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var status = SendText(rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)), key);
        ArrayPool<byte>.Shared.Return(rented);
        return status;
    }

    /// <summary>Sends a text message that is UTF-8 already, of which a slow client gets only the newest: see <see cref="SendText(string, MessageKey)"/>. Any thread.</summary>
    /// <param name="utf8">The message, valid UTF-8, which is not checked; copied before this returns.</param>
    /// <param name="key">What it is the newest of.</param>
    /// <returns>At once, what became of it.</returns>
    public SendStatus SendText(ReadOnlySpan<byte> utf8, MessageKey key) => SendMessage((byte)Opcode.Text, utf8, key.Value);

    /// <summary>Sends a binary message of which a slow client gets only the newest: see <see cref="SendText(string, MessageKey)"/>. Any thread.</summary>
    /// <param name="data">The message, copied before this returns.</param>
    /// <param name="key">What it is the newest of.</param>
    /// <returns>At once, what became of it.</returns>
    public SendStatus SendBinary(ReadOnlySpan<byte> data, MessageKey key) => SendMessage((byte)Opcode.Binary, data, key.Value);

    void ITcpConnectionEvents.OnDropped(int dropped, int replaced)
    {
        if (dropped > 0) _server.Count(_loop, Counted.MessageDropped, dropped);
        if (replaced > 0) _server.Count(_loop, Counted.MessageReplaced, replaced);
    }

    private SendStatus SendMessage(byte kind, ReadOnlySpan<byte> data, long? key = null)
    {
        if (!IsOpen) return SendStatus.Closed;
        var status = _tcp.SendMessage(kind, data, default, key);
        return status == SendStatus.QueueFull ? RefuseSend() : status;
    }

    /// <summary>Does what the policy says about a message that found no room. Any thread.</summary>
    private SendStatus RefuseSend()
    {
        var loop = _loop.IsCurrent ? _loop : null;
        if (_server.Options.SlowPeerPolicy != SlowPeerPolicy.Close)
        {
            _server.Count(loop, Counted.SendRefused);
            return SendStatus.QueueFull;
        }

        var isFirst = true;
        if (loop is null) isFirst = CloseFromElsewhere(CloseCode.TryAgainLater, TooSlow);
        else BeginClose(CloseCode.TryAgainLater, TooSlow);
        if (isFirst) _server.Count(loop, Counted.SlowPeerClosed);
        return SendStatus.Closed;
    }
}
