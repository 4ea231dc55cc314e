// SPDX-License-Identifier: MIT
using Mare.Interop.Servers;

namespace Mare.Interop.Programs;

/// <summary>Runs clients/websockets_client.py once for all tests of it, by the system's Python, which is the one that
/// sees Debian's packages.</summary>
public sealed class PythonScript(InteropServer server) : IAsyncLifetime
{
    private const string Script = "websockets_client.py";
    private const string Python = "/usr/bin/python3";

    internal const string Needed = $"Install Python's websockets for {Python}: `apt-get install python3-websockets` on Debian and Ubuntu.";

    private ClientScript? _result;

    internal ClientScript Result
    {
        get
        {
            if (_result is null)
                OutsideProgram.Missing(Needed);
            return _result!;
        }
    }

    public async ValueTask InitializeAsync() => _result = await RunAsync(server.Url);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Runs the script against a server; null where Python or websockets is missing.</summary>
    internal static Task<ClientScript?> RunAsync(params string[] arguments) => RunAsync([], arguments);

    /// <summary>Runs the script with more in its environment.</summary>
    internal static async Task<ClientScript?> RunAsync((string Name, string Value)[] environment, params string[] arguments)
    {
        if (await OutsideProgram.RunAsync(Python, ["-c", "import websockets"]) is not { ExitCode: 0 })
            return null;
        var run = await OutsideProgram.RunAsync(Python, [ClientScript.PathOf(Script), .. arguments], environment);
        return new ClientScript(run!.Value.ExitCode, run.Value.Output, run.Value.Error);
    }
}
