// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mare.Protocol;

/// <summary>Writes the answers of a server to an opening handshake, and to a request that is none.</summary>
/// <remarks>
/// Arguments are checked before the first byte is written. What is written belongs to the writer. Any thread may call,
/// one at a time for one writer. RFC 6455, section 4.2.2; RFC 9112, section 4.
/// </remarks>
public static class HandshakeResponse
{
    private const int UpgradeRequired = 426;

    /// <summary>Writes the head that ends the handshake; frames follow it.</summary>
    /// <param name="writer">Takes the bytes.</param>
    /// <param name="acceptKey">The value of <see cref="HandshakeResult.AcceptKey"/>.</param>
    /// <param name="subprotocol">One that the client offers, or null for none.</param>
    /// <param name="extensions">The value of <c>Sec-WebSocket-Extensions</c>, or null for none.</param>
    /// <param name="userHeaders">More headers, or null.</param>
    /// <param name="date">The time now, for <c>Date</c>.</param>
    /// <exception cref="ArgumentException">An argument is malformed, or a header may not be added.</exception>
    public static void WriteSwitchingProtocols(
        IBufferWriter<byte> writer,
        string acceptKey,
        string? subprotocol,
        string? extensions,
        IEnumerable<KeyValuePair<string, string>>? userHeaders,
        DateTimeOffset date)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentException.ThrowIfNullOrEmpty(acceptKey);
        if (!FieldSyntax.IsValue(acceptKey))
            throw new ArgumentException("The accept key must be what the handshake computed.", nameof(acceptKey));
        if (subprotocol is not null && !FieldSyntax.IsToken(subprotocol))
            throw new ArgumentException("A subprotocol must be a token.", nameof(subprotocol));
        if (extensions is not null && !ExtensionHeader.TryParse(extensions, out _))
            throw new ArgumentException("The extensions must be a list of extensions.", nameof(extensions));
        KeyValuePair<string, string>[] more = UserHeaders.Snapshot(userHeaders);

        writer.Write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"u8);
        writer.WriteField(HeaderNames.Accept, acceptKey);
        if (subprotocol is not null)
            writer.WriteField(HeaderNames.Subprotocol, subprotocol);
        if (extensions is not null)
            writer.WriteField(HeaderNames.Extensions, extensions);
        writer.WriteDate(date);
        writer.WriteFields(more);
        writer.WriteLineEnd();
    }

    /// <summary>Writes an answer that ends the connection, head and body.</summary>
    /// <param name="writer">Takes the bytes.</param>
    /// <param name="status">
    /// The status code, 200 to 599 but 204, 205 and 304, which have no body. 426 says what to upgrade to.
    /// </param>
    /// <param name="reasonPhrase">The text behind it, or null for the usual one.</param>
    /// <param name="headers">More headers, or null.</param>
    /// <param name="body">The body, which is copied; empty for none.</param>
    /// <param name="contentType">The type of the body, or null to leave it out.</param>
    /// <param name="isHead">Whether the request was HEAD: the body is counted, but not sent.</param>
    /// <param name="date">The time now, for <c>Date</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The status code is outside its range.</exception>
    /// <exception cref="ArgumentException">A text holds a control character, or a header may not be added.</exception>
    public static void WriteRefusal(
        IBufferWriter<byte> writer,
        int status,
        string? reasonPhrase,
        IEnumerable<KeyValuePair<string, string>>? headers,
        ReadOnlySpan<byte> body,
        string? contentType,
        bool isHead,
        DateTimeOffset date)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (status is < 200 or > 599 or 204 or 205 or 304)
            throw new ArgumentOutOfRangeException(nameof(status), status, "The status must be one that has a body.");
        reasonPhrase ??= ReasonPhrases.Of(status);
        if (!FieldSyntax.IsValue(reasonPhrase))
            throw new ArgumentException("The reason phrase must have no control character.", nameof(reasonPhrase));
        WriteHead(writer, status, reasonPhrase, headers, contentType, body.Length, closes: true, date);
        if (!isHead)
            writer.Write(body);
    }

    /// <summary>Writes the head of an answer to a request that is no upgrade; the body, if it has one, follows.</summary>
    /// <param name="writer">Takes the bytes.</param>
    /// <param name="status">The status code, 200 to 599. 426 says what to upgrade to.</param>
    /// <param name="headers">More headers, or null.</param>
    /// <param name="contentType">The type of the body, or null to leave it out.</param>
    /// <param name="contentLength">
    /// The bytes of the body, also when the request was HEAD and it does not follow. Not written for 204 and 304, which
    /// have none (RFC 9110, section 8.6).
    /// </param>
    /// <param name="closes">Whether the connection ends behind the answer.</param>
    /// <param name="date">The time now, for <c>Date</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The status code or the length is outside its range.</exception>
    /// <exception cref="ArgumentException">The type holds a control character, or a header may not be added.</exception>
    public static void WritePlain(
        IBufferWriter<byte> writer,
        int status,
        IEnumerable<KeyValuePair<string, string>>? headers,
        string? contentType,
        long contentLength,
        bool closes,
        DateTimeOffset date)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 200);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        ArgumentOutOfRangeException.ThrowIfNegative(contentLength);
        long? length = status is 204 or 304 ? null : contentLength;
        WriteHead(writer, status, ReasonPhrases.Of(status), headers, contentType, length, closes, date);
    }

    /// <summary>Writes the answer to an error, with a line of plain text that names it.</summary>
    /// <param name="writer">Takes the bytes.</param>
    /// <param name="error">What is refused.</param>
    /// <param name="isHead">Whether the request was HEAD: the body is counted, but not sent.</param>
    /// <param name="date">The time now, for <c>Date</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The error is none that is defined.</exception>
    public static void WriteRefusal(
        IBufferWriter<byte> writer, HandshakeError error, bool isHead, DateTimeOffset date)
    {
        int status = StatusOf(error);
        byte[] body = Encoding.ASCII.GetBytes($"{ReasonPhrases.Of(status)}: {error}\n");
        WriteRefusal(writer, status, null, null, body, "text/plain; charset=utf-8", isHead, date);
    }

    /// <summary>Gets the status code that answers an error.</summary>
    /// <param name="error">What is refused.</param>
    /// <returns>400, 414, 426, 431 or 500.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The error is none that is defined.</exception>
    public static int StatusOf(HandshakeError error) => error switch
    {
        HandshakeError.RequestTooLarge => 431,
        HandshakeError.TargetTooLong => 414,
        HandshakeError.WrongVersion => UpgradeRequired,
        HandshakeError.AcceptKeyFailed => 500,
        HandshakeError.InvalidHttp or HandshakeError.MissingHost or HandshakeError.MissingUpgrade
            or HandshakeError.MissingKey or HandshakeError.InvalidKey => 400,
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "The error is not defined."),
    };

    private static void WriteHead(
        IBufferWriter<byte> writer,
        int status,
        string reasonPhrase,
        IEnumerable<KeyValuePair<string, string>>? headers,
        string? contentType,
        long? contentLength,
        bool closes,
        DateTimeOffset date)
    {
        if (!FieldSyntax.IsValue(contentType))
            throw new ArgumentException("The content type must have no control character.", nameof(contentType));
        KeyValuePair<string, string>[] more = UserHeaders.Snapshot(headers);

        writer.WriteText(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {reasonPhrase}\r\n"));
        writer.WriteDate(date);
        WriteConnection(writer, status, closes);
        if (contentType is not null)
            writer.WriteField(HeaderNames.ContentType, contentType);
        if (contentLength is { } length)
            writer.WriteField(HeaderNames.ContentLength, length.ToString(CultureInfo.InvariantCulture));
        writer.WriteFields(more);
        writer.WriteLineEnd();
    }

    // RFC 9110, section 15.5.22, and RFC 6455, section 4.4: 426 says what to upgrade to.
    private static void WriteConnection(IBufferWriter<byte> writer, int status, bool closes)
    {
        if (status == UpgradeRequired)
        {
            writer.Write("Upgrade: websocket\r\nConnection: Upgrade"u8);
            writer.Write(closes ? ", close\r\n"u8 : "\r\n"u8);
            writer.Write("Sec-WebSocket-Version: 13\r\n"u8);
        }
        else if (closes)
        {
            writer.Write("Connection: close\r\n"u8);
        }
    }
}
