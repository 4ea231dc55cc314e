// SPDX-License-Identifier: MIT
using Mare.Interop.Servers;

namespace Mare.Interop.Programs;

/// <summary>Node's ws against the server: each check of clients/ws.js is a test.</summary>
public sealed class NodeTests(NodeScript script, InteropServer server) : IClassFixture<NodeScript>
{
    public static TheoryData<string> Checks =>
    [
        "text-0", "text-1", "text-125", "text-126", "text-65535", "text-65536", "text-1048576",
        "binary-0", "binary-1", "binary-125", "binary-126", "binary-65535", "binary-65536", "binary-1048576",
        "unicode", "fragments", "ping-between-fragments", "client-ping", "server-ping",
        "client-close", "client-close-without-code", "server-close", "echo-before-close", "terminate",
        "subprotocol", "compression", "missing-path", "hundred-connections",
    ];

    [Theory, MemberData(nameof(Checks))]
    public void Ws_Check_Passes(string check) => script.Result.AssertPassed(check);

    [Fact]
    public void Ws_Script_RunsEveryCheckAndExitsWithZero() => script.Result.AssertComplete(Checks.Select(c => c.Data));

    [Theory]
    [InlineData(1000, "done")]
    [InlineData(1001, "away")]
    [InlineData(3000, "r\u00E9ason")]
    public async Task Ws_ClosingWithCode_ReachesTheActor(int code, string reason)
    {
        script.Result.AssertPassed("client-close");
        Assert.Equal(((CloseStatus)code, reason), await server.EndOfAsync($"/node-closes-{code}-{reason.Length}"));
    }

    [Fact]
    public async Task Ws_ClosingWithoutCode_ReachesTheActorAsNoStatus()
    {
        script.Result.AssertPassed("client-close-without-code");
        Assert.Equal((CloseStatus.NoStatusReceived, ""), await server.EndOfAsync("/node-closes-without-code"));
    }

    [Fact]
    public async Task Ws_Terminating_ReachesTheActorAsAbnormalClosure()
    {
        script.Result.AssertPassed("terminate");
        Assert.Equal((CloseStatus.AbnormalClosure, ""), await server.EndOfAsync("/node-terminates"));
    }
}
