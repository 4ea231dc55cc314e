// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mare.Bench.Runner;

/// <summary>Is a server that can be measured: how it is started; it prints "Listening on URL".</summary>
/// <param name="Name">What --servers and the report call it.</param>
/// <param name="Command">The program and its arguments.</param>
internal sealed record ServerKind(string Name, params string[] Command)
{
    public const string Bun = "bun";
    public const string Kestrel = "kestrel";
    public const string Floor = "lori-tcp";

    private static readonly string BunFolder = Path.Combine(Repository.Bench, "peers", "bun");
    private static readonly string BunProgram = Path.Combine(BunFolder, "node_modules", "@oven", "bun-linux-x64", "bin", "bun");

    public static IReadOnlyList<ServerKind> All { get; } =
    [
        new("mare", "dotnet", Repository.Built("src/Mare.Cli", "mare"), "echo", "--port", "0", "--loops", "1"),
        new(Bun, BunProgram, Path.Combine(BunFolder, "echo.js")),
        new(Kestrel, "dotnet", Repository.Built("bench/peers/kestrel", "Mare.Bench.Peers.Kestrel")),
        new(Floor, "dotnet", Repository.Built("bench/peers/lori-tcp", "Mare.Bench.Peers.LoriTcp")),
    ];

    /// <summary>Installs what is missing; leaves out, and says so, what this machine cannot run.</summary>
    public static async Task<IReadOnlyList<ServerKind>> InstallAsync(IReadOnlyList<ServerKind> kinds, CancellationToken cancellation)
    {
        if (kinds.All(k => k.Name != Bun) || File.Exists(BunProgram) || await TryInstallBunAsync(cancellation)) return kinds;
        Console.WriteLine("Bun is left out: it needs npm, the network, and Linux on x64.");
        return [.. kinds.Where(k => k.Name != Bun)];
    }

    private static async Task<bool> TryInstallBunAsync(CancellationToken cancellation)
    {
        if (RuntimeInformation.RuntimeIdentifier != "linux-x64") return false;
        try
        {
            // The version stands in package.json.
            var start = new ProcessStartInfo("npm", ["install", "--no-package-lock", "--no-audit", "--no-fund"])
            {
                WorkingDirectory = BunFolder,
            };
            using var npm = Process.Start(start)!;
            await npm.WaitForExitAsync(cancellation);
            return npm.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
