// SPDX-License-Identifier: MIT
using System.CommandLine;
using Mare.Cli.Bench;
using Mare.Cli.Connect;
using Mare.Cli.Echo;

namespace Mare.Cli;

/// <summary>Is the entry point of the tool.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var root = new RootCommand("Tools for WebSocket servers and clients.") { EchoCommand.Create(), ConnectCommand.Create(), BenchCommand.Create() };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0) return Terminal.Fail(parsed.Errors[0].Message, Terminal.UsageError);
        // The commands take signals themselves: they have connections to close.
        var configuration = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (Exception e)
        {
            return Terminal.Fail(e.Message);
        }
    }
}
