// SPDX-License-Identifier: MIT
using Mare.Conformance.Cases;
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Autobahn;

/// <summary>Autobahn's group 4: a reserved opcode fails the connection, after what came before was echoed (the strict
/// outcome).</summary>
public sealed class Group4ReservedOpcodes(EchoServer server)
{
    // The five reserved opcodes after those of the data frames, and after those of the control frames.
    private static readonly CaseTable Table = [.. Opcode("4.1", 3), .. Opcode("4.2", 11)];

    public static IEnumerable<TheoryDataRow<string>> Rows => Table.Rows;

    [Theory, MemberData(nameof(Rows))]
    public Task Frame_WithReservedOpcode_FailsTheConnection(string id) => Table[id].RunAsync(server);

    private static IEnumerable<EchoCase> Opcode(string group, byte first)
    {
        var hello = Frame.Text("Hello, world!");
        var echo = ServerEvent.Text("Hello, world!");
        yield return EchoCase.Fails($"{group}.1", $"opcode {first}", [1002], [Reserved(first)]);
        yield return EchoCase.Fails($"{group}.2", $"opcode {first + 1} with payload",
            [1002], [Reserved(first + 1, "reserved opcode payload")]);
        yield return EchoCase.Fails($"{group}.3", $"text, opcode {first + 2}, ping",
            [1002], [hello, Reserved(first + 2), Frame.Ping()], echo);
        yield return EchoCase.Fails($"{group}.4", $"text, opcode {first + 3} with payload, ping",
            [1002], [hello, Reserved(first + 3, "Hello, world!"), Frame.Ping()], echo);
        yield return EchoCase.Fails($"{group}.5", $"text, opcode {first + 4} with payload, ping; octet by octet",
            [1002], [hello, Reserved(first + 4, "Hello, world!"), Frame.Ping()], echo) with
        {
            Chops = Chops.PerOctet,
        };
    }

    private static Frame Reserved(int opcode, string payload = "") =>
        Frame.Text(payload) with { Opcode = (byte)opcode };
}
