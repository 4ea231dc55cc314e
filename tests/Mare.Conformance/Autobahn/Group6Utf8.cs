// SPDX-License-Identifier: MIT
using Mare.Conformance.Cases;
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Autobahn;

/// <summary>Autobahn's groups 6.1 to 6.3 and 6.5 to 6.23: which octets are text.</summary>
public sealed class Group6Utf8(EchoServer server)
{
    private static readonly byte[] Greeting = Convert.FromHexString(
        "48656C6C6F2DC2B540C39FC3B6C3A4C3BCC3A0C3A12D5554462D382121");

    private static readonly byte[] Kosme = Convert.FromHexString(Utf8Sequences.Kosme);

    // A surrogate after valid text, and more valid text.
    private static readonly byte[] Broken = [.. Kosme, 0xED, 0xA0, 0x80, .. "edited"u8];

    private static readonly CaseTable Table =
    [
        EchoCase.Echoes("6.1.1", "empty text", [Frame.Text("")], ServerEvent.Text("")),
        EchoCase.Echoes("6.1.2", "three empty fragments",
            [Frame.Text("", fin: false), Frame.Continuation("", fin: false), Frame.Continuation("")],
            ServerEvent.Text("")),
        EchoCase.Echoes("6.1.3", "an empty, a full and an empty fragment",
            [
                Frame.Text("", fin: false),
                Frame.Continuation("middle frame payload", fin: false),
                Frame.Continuation(""),
            ],
            ServerEvent.Text("middle frame payload")),
        EchoCase.Echoes("6.2.1", "valid text", [Frame.Text(Greeting)], ServerEvent.Text(Greeting)),
        EchoCase.Echoes("6.2.2", "valid text in two fragments, cut between code points",
            [Frame.Text(Greeting.AsMemory(0, 14), fin: false), Frame.Continuation(Greeting.AsMemory(14))],
            ServerEvent.Text(Greeting)),
        EchoCase.Echoes("6.2.3", "valid text in fragments of one octet",
            [.. Frame.Fragments(Opcodes.Text, Greeting, 1)], ServerEvent.Text(Greeting)),
        EchoCase.Echoes("6.2.4", "Greek text in fragments of one octet",
            [.. Frame.Fragments(Opcodes.Text, Kosme, 1)], ServerEvent.Text(Kosme)),
        EchoCase.Fails("6.3.1", "invalid text", [1007], [Frame.Text(Broken)]),
        EchoCase.Fails("6.3.2", "invalid text in fragments of one octet",
            [1007], [.. Frame.Fragments(Opcodes.Text, Broken, 1)]),
        .. Utf8Sequences.All.Select(Whole),
    ];

    // The same octets cut everywhere: the server's validator has to carry its state over frames and over writes.
    private static readonly CaseTable CutTable =
    [
        .. Utf8Sequences.All.Select(s => Whole(s) with { Chops = Chops.PerOctet }),
        .. Utf8Sequences.All.Select(s => Whole(s) with
        {
            Id = $"{s.Id}f",
            Description = $"{Describe(s)} in fragments of one octet",
            Sends = [.. Frame.Fragments(Opcodes.Text, s.Octets, 1)],
        }),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Table.Rows;

    public static IEnumerable<TheoryDataRow<string>> CutRows => CutTable.Rows;

    [Theory, MemberData(nameof(Rows))]
    public Task Text_OfAnyOctets_IsEchoedOrFailsTheConnection(string id) => Table[id].RunAsync(server);

    [Theory, MemberData(nameof(CutRows))]
    public Task Text_CutAnywhere_IsJudgedTheSame(string id) => CutTable[id].RunAsync(server);

    private static EchoCase Whole(Utf8Sequence sequence) => sequence.IsValid
        ? EchoCase.Echoes(sequence.Id, Describe(sequence), [Frame.Text(sequence.Octets)],
            ServerEvent.Text(sequence.Octets))
        : EchoCase.Fails(sequence.Id, Describe(sequence), [1007], [Frame.Text(sequence.Octets)]);

    private static string Describe(Utf8Sequence sequence) =>
        $"{sequence.Description} {Convert.ToHexString(sequence.Octets)}, "
        + (sequence.IsValid ? "valid" : "invalid");
}
