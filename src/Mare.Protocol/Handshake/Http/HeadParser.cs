// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Mare.Protocol;

/// <summary>Takes apart a head that <see cref="HeadScanner"/> passed; only meaning is left to check.</summary>
/// <remarks>
/// Bytes become characters one to one (ISO-8859-1): obs-text has no charset, and this way nothing fails or is lost.
/// </remarks>
internal static class HeadParser
{
    // Lists of these would be ambiguous or dangerous. RFC 9112, section 3.2 (Host); RFC 6454, section 7.3 (Origin);
    // RFC 6455, sections 11.3.1 and 11.3.5.
    private static readonly string[] RequestSingletons =
        [HeaderNames.Host, HeaderNames.Origin, HeaderNames.Key, HeaderNames.Version];

    // RFC 6455, sections 11.3.2 to 11.3.4: a server says these once.
    private static readonly string[] ResponseSingletons =
        [HeaderNames.Accept, HeaderNames.Subprotocol, HeaderNames.Extensions];

    // Lines are collected here and copied once they are all there: one list a thread, not one a head.
    [ThreadStatic]
    private static List<KeyValuePair<string, string>>? _scratch;

    /// <summary>Takes apart a request.</summary>
    public static HandshakeFailure? ParseRequest(ReadOnlySpan<byte> head, out RequestHead? request)
    {
        request = null;
        if (head.StartsWith("\r\n"u8))
            head = head[2..];
        ReadOnlySpan<byte> line = TakeLine(ref head);
        string method = TakeWord(ref line);
        string target = TakeWord(ref line);
        // A higher minor version means what the highest one known means (RFC 9110, section 2.5).
        int minor = line[^1] == '0' ? 0 : 1;

        HandshakeFailure? failure = RequestTarget.TryParse(method, target, out RequestTarget parsed)
            ? ParseHeaders(head, RequestSingletons, out HeaderCollection headers)
            : Fail(HandshakeFailure.TargetForm, out headers);
        if (failure is null)
            request = new RequestHead(method, target, parsed, minor, headers);
        return failure;
    }

    /// <summary>Takes apart a response.</summary>
    public static HandshakeFailure? ParseResponse(ReadOnlySpan<byte> head, out ResponseHead? response)
    {
        response = null;
        ReadOnlySpan<byte> line = TakeLine(ref head);
        string version = TakeWord(ref line);
        int status = int.Parse(TakeWord(ref line), CultureInfo.InvariantCulture);
        string reason = Encoding.Latin1.GetString(line);
        HandshakeFailure? failure = ParseHeaders(head, ResponseSingletons, out HeaderCollection headers);
        if (failure is null)
            response = new ResponseHead(status, reason, version[^1] == '0' ? 0 : 1, headers);
        return failure;
    }

    private static HandshakeFailure? ParseHeaders(
        ReadOnlySpan<byte> lines, string[] singletons, out HeaderCollection headers)
    {
        List<KeyValuePair<string, string>> joined = _scratch ??= [];
        joined.Clear();
        for (ReadOnlySpan<byte> line = TakeLine(ref lines); !line.IsEmpty; line = TakeLine(ref lines))
        {
            int colon = line.IndexOf((byte)':');
            string name = KnownText.Of(line[..colon]);
            string value = KnownText.Of(line[(colon + 1)..].Trim(" \t"u8));
            bool isRepeated = HeaderCollection.Add(joined, name, value);
            if (isRepeated && singletons.Contains(name, StringComparer.OrdinalIgnoreCase))
                return Fail(HandshakeFailure.Duplicate, out headers);
        }

        headers = HeaderCollection.FromJoined(joined);
        return null;
    }

    private static HandshakeFailure Fail(HandshakeFailure failure, out HeaderCollection headers)
    {
        headers = HeaderCollection.Empty;
        return failure;
    }

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf("\r\n"u8);
        ReadOnlySpan<byte> line = rest[..end];
        rest = rest[(end + 2)..];
        return line;
    }

    private static string TakeWord(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)' ');
        string word = KnownText.Of(rest[..end]);
        rest = rest[(end + 1)..];
        return word;
    }
}
