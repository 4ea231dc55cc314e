// SPDX-License-Identifier: MIT
using Mare.Interop.Servers;

namespace Mare.Interop.Programs;

/// <summary>All checks of the scripts once more, against servers that compress. RFC 7692.</summary>
public sealed class CompressionTests
{
    [Theory]
    [InlineData(CompressionMode.Shared)]
    [InlineData(CompressionMode.Dedicated)]
    public async Task Ws_AgreeingOnCompression_PassesEveryCheck(CompressionMode mode)
    {
        await using var server = new InteropServer();
        await server.InitializeAsync(mode);
        var missing = "";
        var result = await NodeScript.RunAsync(server.Url, "permessage-deflate", m => missing = m);
        if (result is null)
            OutsideProgram.Missing(missing);
        result!.AssertComplete(NodeTests.Checks.Select(c => c.Data));
    }

    [Theory]
    [InlineData(CompressionMode.Shared)]
    [InlineData(CompressionMode.Dedicated)]
    public async Task Websockets_AgreeingOnCompression_PassesEveryCheck(CompressionMode mode)
    {
        await using var server = new InteropServer();
        await server.InitializeAsync(mode);
        var result = await PythonScript.RunAsync(server.Url, "on");
        if (result is null)
            OutsideProgram.Missing(PythonScript.Needed);
        result!.AssertComplete(PythonTests.Checks.Select(c => c.Data));
    }
}
