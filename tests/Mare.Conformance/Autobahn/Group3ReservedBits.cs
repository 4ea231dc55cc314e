// SPDX-License-Identifier: MIT
using Mare.Conformance.Cases;
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Autobahn;

/// <summary>Autobahn's group 3: without an extension that gives them a meaning, reserved bits fail the connection,
/// after what came before was echoed (the strict outcome).</summary>
public sealed class Group3ReservedBits(EchoServer server)
{
    private static readonly byte[] Octets = Convert.FromHexString("00FFFEFDFCFB00FF");
    private static readonly Frame Hello = Frame.Text("Hello, world!");
    private static readonly ServerEvent HelloEcho = ServerEvent.Text("Hello, world!");

    private static readonly CaseTable Table =
    [
        EchoCase.Fails("3.1", "text with RSV3", [1002], [Hello with { Rsv = 1 }]),
        EchoCase.Fails("3.2", "text, text with RSV2, ping",
            [1002], [Hello, Hello with { Rsv = 2 }, Frame.Ping()], HelloEcho),
        EchoCase.Fails("3.3", "text, text with RSV2 and RSV3, ping; frame by frame",
            [1002], [Hello, Hello with { Rsv = 3 }, Frame.Ping()], HelloEcho) with { Chops = Chops.PerFrame },
        EchoCase.Fails("3.4", "text, text with RSV1, ping; octet by octet",
            [1002], [Hello, Hello with { Rsv = 4 }, Frame.Ping()], HelloEcho) with { Chops = Chops.PerOctet },
        EchoCase.Fails("3.5", "binary with RSV1 and RSV3", [1002], [Frame.Binary(Octets) with { Rsv = 5 }]),

        // Autobahn's 3.6 says ping and sends binary; both are here.
        EchoCase.Fails("3.6", "ping with RSV1 and RSV2", [1002], [Frame.Ping("Hello, world!") with { Rsv = 6 }]),
        EchoCase.Fails("3.6b", "binary with RSV1 and RSV2", [1002], [Frame.Binary(Octets) with { Rsv = 6 }]),
        EchoCase.Fails("3.7", "close with all reserved bits",
            [1002], [Frame.ClosePayload(default) with { Rsv = 7 }]),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Table.Rows;

    [Theory, MemberData(nameof(Rows))]
    public Task Frame_WithReservedBits_FailsTheConnection(string id) => Table[id].RunAsync(server);
}
