// SPDX-License-Identifier: MIT
using Mare.Conformance.Cases;
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Autobahn;

/// <summary>Autobahn's group 5: messages in fragments, control frames between them, and everything that is no
/// message.</summary>
public sealed class Group5Fragmentation(EchoServer server)
{
    private static readonly Frame[] Halves = [Frame.Text("fragment1", fin: false), Frame.Continuation("fragment2")];
    private static readonly ServerEvent Whole = ServerEvent.Text("fragment1fragment2");
    private static readonly Frame[] HalvesAroundPing = [Halves[0], Frame.Ping("ping payload"), Halves[1]];
    private static readonly ServerEvent[] PongThenWhole = [ServerEvent.Pong("ping payload"), Whole];
    private static readonly Frame Stray = Frame.Continuation("non-continuation payload");
    private static readonly Frame Hello = Frame.Text("Hello, world!");

    private static readonly CaseTable Table =
    [
        EchoCase.Fails("5.1", "ping in two fragments",
            [1002], [Frame.Ping("fragment1") with { Fin = false }, Halves[1]]),
        EchoCase.Fails("5.2", "pong in two fragments",
            [1002], [Frame.Pong("fragment1") with { Fin = false }, Halves[1]]),
        EchoCase.Echoes("5.3", "text in two fragments", Halves, Whole),
        EchoCase.Echoes("5.4", "text in two fragments, frame by frame", Halves, Whole) with
        {
            Chops = Chops.PerFrame,
        },
        EchoCase.Echoes("5.5", "text in two fragments, octet by octet", Halves, Whole) with
        {
            Chops = Chops.PerOctet,
        },
        EchoCase.Echoes("5.6", "text in two fragments around a ping", HalvesAroundPing, PongThenWhole),
        EchoCase.Echoes("5.7", "text in two fragments around a ping, frame by frame",
            HalvesAroundPing, PongThenWhole) with { Chops = Chops.PerFrame },
        EchoCase.Echoes("5.8", "text in two fragments around a ping, octet by octet",
            HalvesAroundPing, PongThenWhole) with { Chops = Chops.PerOctet },
        .. StrayContinuation(9, fin: true),
        .. StrayContinuation(12, fin: false),
        EchoCase.Fails("5.15", "text in two fragments, then a continuation of nothing, then text",
            [1002],
            [.. Halves, Frame.Continuation("fragment3", fin: false), Frame.Text("fragment4")],
            Whole),
        EchoCase.Fails("5.16", "twice: unfinished continuation of nothing, then text in two fragments",
            [1002], [.. Repeated(fin: false), .. Repeated(fin: false)]),
        EchoCase.Fails("5.17", "twice: finished continuation of nothing, then text in two fragments",
            [1002], [.. Repeated(fin: true), .. Repeated(fin: true)]),
        EchoCase.Fails("5.18", "text inside a fragmented text", [1002], [Halves[0], Frame.Text("fragment2")]),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Table.Rows;

    [Theory, MemberData(nameof(Rows))]
    public Task Fragments_InAnyOrder_AreEchoedOrFailTheConnection(string id) => Table[id].RunAsync(server);

    /// <summary>Autobahn waits a second between the two parts; the first pong is the better proof that the first part
    /// was handled before the second was sent.</summary>
    [Theory]
    [InlineData(false, Label = "Case_5_19: five fragments and two pings, in two parts")]
    [InlineData(true, Label = "Case_5_20: five fragments and two pings, in two parts, frame by frame")]
    public async Task Ping_BetweenFragments_IsAnsweredAtOnce(bool perFrame)
    {
        var chops = perFrame ? Chops.PerFrame : Chops.None;
        using var client = await RawClient.OpenAsync(server, "first two fragments and ping");
        await client.SendAsync(
            [Halves[0], Frame.Continuation("fragment2", fin: false), Frame.Ping("pongme 1!")], chops);
        await client.ExpectAsync(ServerEvent.Pong("pongme 1!"));

        client.Phase = "last three fragments and ping";
        await client.SendAsync(
            [
                Frame.Continuation("fragment3", fin: false),
                Frame.Continuation("fragment4", fin: false),
                Frame.Ping("pongme 2!"),
                Frame.Continuation("fragment5"),
            ],
            chops);
        await client.ExpectAsync(ServerEvent.Pong("pongme 2!"));
        await client.ExpectAsync(ServerEvent.Text("fragment1fragment2fragment3fragment4fragment5"));
        await client.CloseAsync();
    }

    private static IEnumerable<EchoCase> StrayContinuation(int first, bool fin)
    {
        Frame[] frames = [Stray with { Fin = fin }, Hello];
        var what = $"{(fin ? "finished" : "unfinished")} continuation of nothing, then text";
        yield return EchoCase.Fails($"5.{first}", what, [1002], frames);
        yield return EchoCase.Fails($"5.{first + 1}", $"{what}, frame by frame", [1002], frames) with
        {
            Chops = Chops.PerFrame,
        };
        yield return EchoCase.Fails($"5.{first + 2}", $"{what}, octet by octet", [1002], frames) with
        {
            Chops = Chops.PerOctet,
        };
    }

    private static Frame[] Repeated(bool fin) =>
        [Frame.Continuation("fragment1", fin), Frame.Text("fragment2", fin: false), Frame.Continuation("fragment3")];
}
