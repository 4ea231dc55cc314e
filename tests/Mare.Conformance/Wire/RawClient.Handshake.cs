// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Mare.Conformance.Wire;

/// <summary>Reads the answer to an opening handshake (RFC 6455 4.2.2, RFC 9112 4).</summary>
internal sealed partial class RawClient
{
    // No answer of a test server comes near this.
    private const int LongestHead = 16 * 1024;

    /// <summary>Reads a 101 and checks everything that RFC 6455 4.2.2 asks of it.</summary>
    public async Task<HandshakeAnswer> ExpectSwitchingProtocolsAsync(HandshakeRequest request)
    {
        var answer = await ReadAnswerAsync(request);
        if (answer.Status != 101)
            Fail($"expected 101, got {answer}");
        Assert.Equal("websocket", answer["Upgrade"], ignoreCase: true);
        Assert.Equal("upgrade", answer["Connection"], ignoreCase: true);
        Assert.Equal(request.ExpectedAccept, answer["Sec-WebSocket-Accept"]);
        Assert.Null(answer["Content-Length"]);
        Assert.Null(answer["Transfer-Encoding"]);
        Phase += ", open";
        return answer;
    }

    /// <summary>Reads one HTTP answer: head, and body of the declared length unless it answers a HEAD.</summary>
    public async Task<HandshakeAnswer> ReadAnswerAsync(HandshakeRequest request)
    {
        var head = await ReadHeadAsync();
        var lines = head.Split("\r\n");
        var status = lines[0].Split(' ', 3);
        var code = 0;
        if (status is not ["HTTP/1.1", { Length: 3 }, _]
            || !int.TryParse(status[1], NumberStyles.None, CultureInfo.InvariantCulture, out code))
            Fail($"not a status line: {lines[0]}");

        var fields = new List<KeyValuePair<string, string>>();
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':');
            if (colon < 1 || line[..colon].Any(c => c <= ' ' || c >= 0x7F))
                Fail($"not a header line: {line}");
            fields.Add(new(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }

        var answer = new HandshakeAnswer(code, fields, await ReadBodyAsync());
        _seen.Add($"{answer}");
        return answer;

        async Task<byte[]> ReadBodyAsync()
        {
            var declared = fields.Find(f => f.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).Value;
            var body = new byte[request.IsHead ? 0 : int.Parse(declared ?? "0", CultureInfo.InvariantCulture)];
            await ReadExactlyAsync(body, "body of the answer");
            return body;
        }
    }

    /// <summary>Reads a refusal (400 or 408) or nothing, and the end: half a head may be answered or not.</summary>
    public async Task ExpectEndOrRefusalAsync()
    {
        if (!await FillAsync("the end of the TCP stream, or a refusal"))
            return;
        var head = await ReadHeadAsync();
        if (!head.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal)
            && !head.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal))
            Fail($"expected 400, 408 or nothing, got {head}");
        while (await FillAsync("the end of the TCP stream"))
            Phase = "body of the refusal";
    }

    /// <summary>Reads up to the empty line; each line must end with CR LF.</summary>
    private async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        do
        {
            var octet = (char)await ReadOctetAsync("answer to the opening handshake");
            if (octet == '\n' && (head.Length == 0 || head[^1] != '\r'))
                Fail($"a bare LF in the answer: {head}");
            head.Append(octet);
            if (head.Length > LongestHead)
                Fail($"no end of the answer's head: {head.ToString(0, 200)}...");
        }
        while (head.Length < 4 || head.ToString(head.Length - 4, 4) != "\r\n\r\n");
        return head.ToString(0, head.Length - 4);
    }
}
