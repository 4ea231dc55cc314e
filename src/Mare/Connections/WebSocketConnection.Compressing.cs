// SPDX-License-Identifier: MIT
using System.Text;
using Lori;
using Mare.Protocol;

namespace Mare;

/// <content>Compression, where it was agreed on: as a message moves to the wire. RFC 7692.</content>
public sealed partial class WebSocketConnection
{
    // Marks the kind of a message that is not to be compressed; no opcode has this bit.
    private const byte Uncompressed = 0x40;

    private PerMessageDeflate? _deflate;

    /// <summary>Gets whether permessage-deflate was agreed on: long enough messages are compressed. False before OnOpen.</summary>
    public bool IsCompressed => _deflate is not null;

    /// <summary>
    /// Gets the extensions that were agreed on, as they stand in the answer to the handshake, such as "permessage-deflate;
    /// server_no_context_takeover"; null for none, and before OnOpen. Makes a string at each call. RFC 6455, section 9.
    /// </summary>
    public string? Extensions => _deflate?.Agreement.ToString();

    /// <summary>Sends a text message in a way of its own. Any thread.</summary>
    /// <param name="text">The text; lone surrogates are replaced by U+FFFD.</param>
    /// <param name="options">What is different about it.</param>
    /// <returns>At once, what became of it.</returns>
    public SendStatus SendText(string text, SendOptions options)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SendText(text.AsSpan(), options);
    }

    /// <summary>Sends a text message that is UTF-8 already, in a way of its own. Any thread.</summary>
    /// <param name="utf8">The message, valid UTF-8, which is not checked; copied before this returns.</param>
    /// <param name="options">What is different about it.</param>
    /// <returns>At once, what became of it.</returns>
    public SendStatus SendText(ReadOnlySpan<byte> utf8, SendOptions options) => Send(Opcode.Text, utf8, options);

    /// <summary>Sends a binary message in a way of its own. Any thread.</summary>
    /// <param name="data">The message, copied before this returns.</param>
    /// <param name="options">What is different about it.</param>
    /// <returns>At once, what became of it.</returns>
    public SendStatus SendBinary(ReadOnlySpan<byte> data, SendOptions options) => Send(Opcode.Binary, data, options);

    /// <summary>Sends a text message in a way of its own; see <see cref="SendTextAsync(string, CancellationToken)"/>. Any thread.</summary>
    /// <param name="text">The text; lone surrogates are replaced by U+FFFD.</param>
    /// <param name="options">What is different about it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Accepted, or Closed.</returns>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public ValueTask<SendStatus> SendTextAsync(string text, SendOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SendTextAsync(Encoding.UTF8.GetBytes(text), options, cancellationToken);
    }

    /// <summary>Sends a text message that is UTF-8 already in a way of its own; see <see cref="SendTextAsync(ReadOnlyMemory{byte}, CancellationToken)"/>. Any thread.</summary>
    /// <param name="utf8">The message, valid UTF-8; not to be changed until the task ends.</param>
    /// <param name="options">What is different about it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Accepted, or Closed.</returns>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public ValueTask<SendStatus> SendTextAsync(ReadOnlyMemory<byte> utf8, SendOptions options, CancellationToken cancellationToken = default) =>
        (options & SendOptions.Uncompressed) == 0 ? SendTextAsync(utf8, cancellationToken)
            : SendPlainAsync(static (me, data) => me.SendText(data.Span, SendOptions.Uncompressed), utf8, cancellationToken);

    /// <summary>Sends a binary message in a way of its own; see <see cref="SendBinaryAsync(ReadOnlyMemory{byte}, CancellationToken)"/>. Any thread.</summary>
    /// <param name="data">The message; not to be changed until the task ends.</param>
    /// <param name="options">What is different about it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Accepted, or Closed.</returns>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public ValueTask<SendStatus> SendBinaryAsync(ReadOnlyMemory<byte> data, SendOptions options, CancellationToken cancellationToken = default) =>
        (options & SendOptions.Uncompressed) == 0 ? SendBinaryAsync(data, cancellationToken)
            : SendPlainAsync(static (me, bytes) => me.SendBinary(bytes.Span, SendOptions.Uncompressed), data, cancellationToken);

    private ValueTask<SendStatus> SendPlainAsync(
        Func<WebSocketConnection, ReadOnlyMemory<byte>, SendStatus> send, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<SendStatus>(cancellationToken);
        var status = send(this, data);
        return status is SendStatus.Accepted or SendStatus.Closed
            ? ValueTask.FromResult(status)
            : SendLaterAsync(status, send, data, cancellationToken);
    }

    private SendStatus Send(Opcode opcode, ReadOnlySpan<byte> data, SendOptions options)
    {
        var plain = (options & SendOptions.Uncompressed) != 0 && _deflate is not null;
        return SendMessage((byte)((byte)opcode | (plain ? Uncompressed : 0)), data);
    }

    void ITcpConnectionEvents.Encode(byte kind, ReadOnlySpan<byte> data)
    {
        if (_deflate is not null) EncodeCompressible(kind, data);
        else WriteFrame((Opcode)kind, data);
    }

    private void EncodeCompressible(byte kind, ReadOnlySpan<byte> data)
    {
        var opcode = (Opcode)(kind & ~Uncompressed);
        if ((kind & Uncompressed) == 0 && data.Length >= _server.Compression!.Threshold && _deflate!.TryDeflate(data, out var deflated))
            WriteFrame(opcode, deflated, compressed: true);
        else WriteFrame(opcode, data);
    }
}
