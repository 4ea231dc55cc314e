// SPDX-License-Identifier: MIT
using Mare.Conformance.Cases;
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Autobahn;

/// <summary>Autobahn's group 1: messages of the lengths at which the length field changes its form.</summary>
public sealed class Group1Framing(EchoServer server)
{
    private static readonly int[] Sizes = [0, 125, 126, 127, 128, 65535, 65536];

    private static readonly CaseTable Table = [.. Messages("1.1", Opcodes.Text), .. Messages("1.2", Opcodes.Binary)];

    public static IEnumerable<TheoryDataRow<string>> Rows => Table.Rows;

    [Theory, MemberData(nameof(Rows))]
    public Task Message_OfBoundaryLength_IsEchoed(string id) => Table[id].RunAsync(server);

    private static IEnumerable<EchoCase> Messages(string group, byte opcode)
    {
        var kind = opcode == Opcodes.Text ? "text" : "binary";
        for (var i = 0; i < Sizes.Length; i++)
            yield return Echo($"{group}.{i + 1}", $"{kind} of {Sizes[i]} octets", opcode, Sizes[i]);
        yield return Echo($"{group}.8", $"{kind} of 65536 octets in chops of 997", opcode, 65536) with
        {
            Chops = new Chops(997),
        };
    }

    private static EchoCase Echo(string id, string description, byte opcode, int size)
    {
        var payload = new byte[size];
        payload.AsSpan().Fill(opcode == Opcodes.Text ? (byte)'*' : (byte)0xFE);
        return EchoCase.Echoes(id, description, [new Frame(opcode, payload)], new ServerEvent(opcode, payload));
    }
}
