// SPDX-License-Identifier: MIT
using Mare.Interop.Servers;

namespace Mare.Interop.Programs;

/// <summary>Python's websockets against the server: each check of clients/websockets_client.py is a test.</summary>
public sealed class PythonTests(PythonScript script, InteropServer server) : IClassFixture<PythonScript>
{
    public static TheoryData<string> Checks =>
    [
        "text-0", "text-1", "text-125", "text-126", "text-65535", "text-65536", "text-1048576",
        "binary-0", "binary-1", "binary-125", "binary-126", "binary-65535", "binary-65536", "binary-1048576",
        "unicode", "fragments", "client-ping", "server-ping", "client-close", "server-close",
        "subprotocol", "compression", "missing-path", "hundred-connections",
    ];

    [Theory, MemberData(nameof(Checks))]
    public void Websockets_Check_Passes(string check) => script.Result.AssertPassed(check);

    [Fact]
    public void Websockets_Script_RunsEveryCheckAndExitsWithZero() =>
        script.Result.AssertComplete(Checks.Select(c => c.Data));

    [Theory]
    [InlineData(1000, "done")]
    [InlineData(1001, "away")]
    [InlineData(3000, "r\u00E9ason")]
    public async Task Websockets_ClosingWithCode_ReachesTheActor(int code, string reason)
    {
        script.Result.AssertPassed("client-close");
        Assert.Equal(((CloseStatus)code, reason), await server.EndOfAsync($"/python-closes-{code}-{reason.Length}"));
    }
}
