// SPDX-License-Identifier: MIT
using Mare.Conformance.Cases;
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Autobahn;

/// <summary>Autobahn's group 7: the closing handshake. Where Autobahn calls a case informational, what RFC 6455 says is
/// asked for.</summary>
public sealed class Group7Closing(EchoServer server)
{
    private static readonly Frame Hello = Frame.Text("Hello World!");

    private static readonly byte[] InvalidReason =
        [0x03, 0xE8, .. Convert.FromHexString(Utf8Sequences.Kosme), 0xED, 0xA0, 0x80, .. "edited"u8];

    // 256 KiB of the pattern that Autobahn sends.
    private static readonly string Large = string.Concat(Enumerable.Repeat("BAsd7&jh23", 26215))[..(256 * 1024)];

    private static readonly int[] LegalCodes =
        [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];

    private static readonly int[] IllegalCodes = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];

    private static readonly CaseTable Table =
    [
        EchoCase.Closes("7.1.1", "text, then close",
            [1000], [Hello, Frame.Close(1000)], ServerEvent.Text("Hello World!")),
        EchoCase.Closes("7.1.2", "two close frames", [1000], [Frame.Close(1000), Frame.ClosePayload(default)]),
        EchoCase.Closes("7.1.3", "ping after close", [1000], [Frame.Close(1000), Frame.Ping()]),
        EchoCase.Closes("7.1.4", "text after close", [1000], [Frame.Close(1000), Hello]),
        EchoCase.Closes("7.1.5", "close between two fragments", [1000],
            [Frame.Text("fragment1", fin: false), Frame.Close(1000), Frame.Continuation("fragment2")]),

        // Informational in Autobahn; here what a server has accepted to send reaches a peer that reads.
        EchoCase.Closes("7.1.6", "256 KiB of text, text, close, ping", [1000],
            [Frame.Text(Large), Hello, Frame.Close(1000), Frame.Ping()],
            ServerEvent.Text(Large), ServerEvent.Text("Hello World!")),

        EchoCase.Closes("7.3.1", "close without payload",
            [ServerEvent.NoStatus, 1000], [Frame.ClosePayload(default)]),
        EchoCase.Fails("7.3.2", "close of one octet", [1002], [Frame.ClosePayload("a"u8.ToArray())]),
        EchoCase.Closes("7.3.3", "close with a code", [1000], [Frame.Close(1000)]),
        EchoCase.Closes("7.3.4", "close with a reason", [1000], [Frame.Close(1000, "Hello World!")]),
        EchoCase.Closes("7.3.5", "close with the longest reason",
            [1000], [Frame.Close(1000, new string('*', 123))]),
        EchoCase.Fails("7.3.6", "close of 126 octets", [1002], [Frame.Close(1000, new string('*', 124))]),
        EchoCase.Fails("7.5.1", "close with a reason that is not UTF-8",
            [1002, 1007], [Frame.ClosePayload(InvalidReason)]),
        .. LegalCodes.Select((code, i) => EchoCase.Closes(
            $"7.7.{i + 1}", $"close with the legal code {code}", [code], [Frame.Close(code)])),
        .. IllegalCodes.Select((code, i) => EchoCase.Fails(
            $"7.9.{i + 1}", $"close with the illegal code {code}", [1002], [Frame.Close(code)])),

        // Informational in Autobahn; RFC 6455 7.4.2 has no such codes.
        EchoCase.Fails("7.13.1", "close with the code 5000", [1002], [Frame.Close(5000)]),
        EchoCase.Fails("7.13.2", "close with the code 65535", [1002], [Frame.Close(65535)]),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Table.Rows;

    [Theory, MemberData(nameof(Rows))]
    public Task Close_OfAnyKind_IsAnsweredOrFailsTheConnection(string id) => Table[id].RunAsync(server);
}
