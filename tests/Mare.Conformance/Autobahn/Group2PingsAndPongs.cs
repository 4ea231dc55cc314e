// SPDX-License-Identifier: MIT
using Mare.Conformance.Cases;
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Autobahn;

/// <summary>Autobahn's group 2: each ping is answered by a pong of its payload; a pong that answers nothing is
/// ignored.</summary>
public sealed class Group2PingsAndPongs(EchoServer server)
{
    private static readonly byte[] NotUtf8 = Convert.FromHexString("00FFFEFDFCFB00FF");
    private static readonly byte[] Longest = [.. Enumerable.Repeat((byte)0xFE, 125)];
    private static readonly string[] Ten = [.. Enumerable.Range(0, 10).Select(i => $"payload-{i}")];

    private static readonly CaseTable Table =
    [
        EchoCase.Echoes("2.1", "ping without payload", [Frame.Ping()], ServerEvent.Pong()),
        EchoCase.Echoes("2.2", "ping with text", [Frame.Ping("Hello, world!")], ServerEvent.Pong("Hello, world!")),
        EchoCase.Echoes("2.3", "ping with octets that are not UTF-8",
            [Frame.Ping(NotUtf8)], ServerEvent.Pong(NotUtf8)),
        EchoCase.Echoes("2.4", "ping of 125 octets", [Frame.Ping(Longest)], ServerEvent.Pong(Longest)),
        EchoCase.Fails("2.5", "ping of 126 octets", [1002], [Frame.Ping((byte[])[.. Longest, 0xFE])]),
        EchoCase.Echoes("2.6", "ping of 125 octets, octet by octet",
            [Frame.Ping(Longest)], ServerEvent.Pong(Longest)) with { Chops = Chops.PerOctet },
        EchoCase.Closes("2.7", "unsolicited pong without payload", [1000], [Frame.Pong(), Frame.Close(1000)]),
        EchoCase.Closes("2.8", "unsolicited pong with payload",
            [1000], [Frame.Pong("unsolicited pong payload"), Frame.Close(1000)]),
        EchoCase.Echoes("2.9", "unsolicited pong, then ping",
            [Frame.Pong("unsolicited pong payload"), Frame.Ping("ping payload")], ServerEvent.Pong("ping payload")),
        EchoCase.Echoes("2.10", "ten pings", [.. Ten.Select(Frame.Ping)], [.. Ten.Select(ServerEvent.Pong)]),
        EchoCase.Echoes("2.11", "ten pings, octet by octet",
            [.. Ten.Select(Frame.Ping)], [.. Ten.Select(ServerEvent.Pong)]) with { Chops = Chops.PerOctet },
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Table.Rows;

    [Theory, MemberData(nameof(Rows))]
    public Task PingOrPong_OfAnyPayload_IsAnsweredOrIgnored(string id) => Table[id].RunAsync(server);
}
