// SPDX-License-Identifier: MIT
using Mare.Interop.Servers;

namespace Mare.Interop.Programs;

/// <summary>Runs clients/ws.js once for all tests of it.</summary>
public sealed class NodeScript(InteropServer server) : IAsyncLifetime
{
    private const string Script = "ws.js";
    private const string ModulesVariable = "MARE_NODE_MODULES";

    private ClientScript? _result;
    private string _missing = "";

    internal ClientScript Result
    {
        get
        {
            if (_result is null)
                OutsideProgram.Missing(_missing);
            return _result!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        _result = await RunAsync(server.Url, "", missing => _missing = missing);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Runs the script against a server; null, with what is missing, where it cannot.</summary>
    internal static async Task<ClientScript?> RunAsync(
        string url, string extensions, Action<string> missing, params (string Name, string Value)[] environment)
    {
        if (await OutsideProgram.RunAsync("node", ["--version"]) is null)
        {
            missing("Install Node.js 20 or newer so that `node` is on the PATH.");
            return null;
        }
        if (await FindModulesAsync() is not { } modules)
        {
            missing("Install the npm package ws: `npm install --prefix .npm-tools ws` at the root of the "
                + $"repository, or name a folder that has it in {ModulesVariable}.");
            return null;
        }

        var run = await OutsideProgram.RunAsync(
            "node", [ClientScript.PathOf(Script), url, extensions], [("NODE_PATH", modules), .. environment]);
        return new ClientScript(run!.Value.ExitCode, run.Value.Output, run.Value.Error);
    }

    /// <summary>The folder that has ws in it: as told, of the repository, or global.</summary>
    private static async Task<string?> FindModulesAsync()
    {
        if (Environment.GetEnvironmentVariable(ModulesVariable) is { Length: > 0 } told)
            return Array.Find([Path.Combine(told, "node_modules"), told], HasWs);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var modules = Path.Combine(folder.FullName, ".npm-tools", "node_modules");
            if (HasWs(modules))
                return modules;
        }
        var global = (await OutsideProgram.RunAsync("npm", ["root", "--global"]))?.Output.Trim();
        return global is not null && HasWs(global) ? global : null;
    }

    private static bool HasWs(string modules) => File.Exists(Path.Combine(modules, "ws", "package.json"));
}
