// SPDX-License-Identifier: MIT
using Mare.Conformance.Servers;

namespace Mare.Conformance.Handshake;

/// <summary>RFC 9112: what is no HTTP/1.1 request is refused with 400, so that no proxy before the server can read it
/// differently.</summary>
public sealed class RequestSyntaxTests(EchoServer server)
{
    private static readonly RequestTable Malformed = new()
    {
        // 2.2, 3: the request line and line ends
        ["bare LF at every line"] = r => r.LineEnd("\n"),
        ["bare LF in one line"] = r => r.Add("X-A: 1\nX-B: 2"),
        ["bare CR in a line"] = r => r.Add("X-A: 1\rX-B: 2"),
        ["no version"] = r => r.RequestLine("GET /"),
        ["two spaces in the request line"] = r => r.RequestLine("GET  / HTTP/1.1"),
        ["tab in the request line"] = r => r.RequestLine("GET\t/ HTTP/1.1"),
        ["space after the version"] = r => r.RequestLine("GET / HTTP/1.1 "),
        ["lower-case version"] = r => r.RequestLine("GET / http/1.1"),
        ["version of three digits"] = r => r.RequestLine("GET / HTTP/1.11"),
        ["method that is no token"] = r => r.RequestLine("G(T / HTTP/1.1"),
        ["space in the target"] = r => r.RequestLine("GET /a b HTTP/1.1"),
        ["control octet in the target"] = r => r.RequestLine("GET /\u0001 HTTP/1.1"),
        ["fragment in the target"] = r => r.RequestLine("GET /#top HTTP/1.1"),
        ["target that is no path"] = r => r.RequestLine("GET chat HTTP/1.1"),
        ["garbage"] = r => r.RequestLine("\u0016\u0003\u0001\u0002\u0000"),

        // 5: fields
        ["folded line"] = r => r.Add("X-A: 1", " 2"),
        ["folded line with a tab"] = r => r.Add("X-A: 1", "\t2"),
        ["folded first line"] = r => r.AddFirst(" X-A: 1"),
        ["space before the colon"] = r => r.Add("X-A : 1"),
        ["tab before the colon"] = r => r.Add("X-A\t: 1"),
        ["line without a colon"] = r => r.Add("X-A"),
        ["empty name"] = r => r.Add(": 1"),
        ["name that is no token"] = r => r.Add("X@A: 1"),
        ["NUL in a value"] = r => r.Add("X-A: \0"),
        ["control octet in a value"] = r => r.Add("X-A: a\u0007b"),
        ["DEL in a value"] = r => r.Add("X-A: a\u007Fb"),

        // 3.2: Host
        ["no Host"] = r => r.Replace("Host"),
        ["two Hosts"] = r => r.Add("Host: other.example"),
        ["the same Host twice"] = r => r.Replace("Host", "Host: a.example", "host: a.example"),
        ["empty Host"] = r => r.Replace("Host", "Host:"),
        ["Host with a space"] = r => r.Replace("Host", "Host: a b"),

        // 6: an upgrade has no content
        ["Transfer-Encoding"] = r => r.Add("Transfer-Encoding: chunked"),
        ["Content-Length of 1"] = r => r.Add("Content-Length: 1"),
        ["Content-Length that is no number"] = r => r.Add("Content-Length: x"),
        ["two different Content-Lengths"] = r => r.Add("Content-Length: 0", "Content-Length: 1"),
    };

    private static readonly RequestTable Unusual = new()
    {
        ["one leading CRLF"] = r => r.Prefix("\r\n"),
        ["absolute-form target"] = r => r.RequestLine("GET http://127.0.0.1/ HTTP/1.1"),
        ["absolute-form target with the scheme ws"] = r => r.RequestLine("GET ws://127.0.0.1/ HTTP/1.1"),
        ["field names in lower case"] = r => r.Replace("Upgrade", "upgrade: websocket")
            .Replace("Connection", "connection: Upgrade").Replace("Host", "host: a.example"),
        ["no space after the colon"] = r => r.Replace("Upgrade", "Upgrade:websocket"),
        ["spaces and tabs around a value"] = r => r.Replace("Sec-WebSocket-Version", "Sec-WebSocket-Version: \t13 \t"),
        ["empty value"] = r => r.Add("X-Empty:"),
        ["octets above 127 in a value"] = r => r.Add("X-Latin: \u00E9"),
        ["Content-Length of 0"] = r => r.Add("Content-Length: 0"),
        ["Host of an IPv6 address"] = r => r.Replace("Host", "Host: [::1]:8080"),
        ["fields in another order"] = r => r.Replace("Host").Add("Host: a.example"),
        ["unknown field twice"] = r => r.Add("X-A: 1", "X-A: 2"),
    };

    public static IEnumerable<TheoryDataRow<string>> MalformedRows => Malformed.Rows;

    public static IEnumerable<TheoryDataRow<string>> UnusualRows => Unusual.Rows;

    [Theory, MemberData(nameof(MalformedRows))]
    public Task Request_Malformed_IsRefusedWith400(string name) =>
        Exchange.RefusedAsync(server, Malformed.For(server, name), name, 400);

    [Theory, MemberData(nameof(UnusualRows))]
    public Task Request_UnusualButLegal_IsUpgraded(string name) =>
        Exchange.AcceptedAsync(server, Unusual.For(server, name), name);
}
