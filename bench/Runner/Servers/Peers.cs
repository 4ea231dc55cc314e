// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace Mare.Bench.Runner.Servers;

/// <summary>Installs servers from the npm registry, and finds out which this machine can run.</summary>
internal static class Peers
{
    public static string BunFolder { get; } = Path.Combine(Repository.Bench, "peers", "bun");

    public static string BunProgram { get; } = Path.Combine(BunFolder, "node_modules", "@oven", "bun-linux-x64", "bin", "bun");

    public static string WsFolder { get; } = Path.Combine(Repository.Bench, "peers", "ws");

    /// <summary>Installs what is missing; leaves out, and says so, what cannot be started here.</summary>
    public static async Task<IReadOnlyList<ServerKind>> InstallAsync(
        IReadOnlyList<ServerKind> kinds, BenchOptions options, CancellationToken cancellation)
    {
        if (kinds.Any(static k => k.Name == ServerKind.Bun) && !File.Exists(BunProgram)) await InstallAsync(BunFolder, cancellation);
        if (kinds.Any(static k => k.Name == "ws") && !Directory.Exists(Path.Combine(WsFolder, "node_modules", "ws"))) await InstallAsync(WsFolder, cancellation);
        var able = new List<ServerKind>();
        foreach (var kind in kinds)
        {
            try
            {
                await using var server = await Server.StartAsync(kind, new ServerNeeds(), options, cancellation);
                able.Add(kind);
            }
            catch (BenchException e)
            {
                Console.WriteLine($"{kind.Name} is left out. {e.Message}");
            }
        }

        return able;
    }

    /// <summary>Installs a folder's packages, whose versions stand in its package.json. What fails shows when they are started.</summary>
    private static async Task InstallAsync(string folder, CancellationToken cancellation)
    {
        try
        {
            var start = new ProcessStartInfo("npm", ["install", "--no-package-lock", "--no-audit", "--no-fund"]) { WorkingDirectory = folder };
            using var npm = Process.Start(start)!;
            await npm.WaitForExitAsync(cancellation);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.WriteLine($"npm is missing: it installs {Path.GetFileName(folder)}.");
        }
    }
}
