// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace Mare.Bench.Runner.Servers;

/// <summary>Publishes <c>mare</c> as a native program: a load that is warm from its start, and a server to compare with.</summary>
internal static class NativeTool
{
    private static readonly string Folder = Path.Combine(Repository.Root, "artifacts", "bench", "native");

    /// <summary>Publishes it; null, and says so, where the toolchain is missing.</summary>
    public static async Task<string?> PublishAsync(CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet",
            ["publish", Path.Combine(Repository.Root, "src", "Mare.Cli"), "-c", "Release", "-p:PublishAot=true", "-o", Folder, "--nologo", "-v", "quiet"])
        {
            RedirectStandardOutput = true,
        };
        using var publish = Process.Start(start)!;
        var output = await publish.StandardOutput.ReadToEndAsync(cancellation);
        await publish.WaitForExitAsync(cancellation);
        if (publish.ExitCode == 0) return Path.Combine(Folder, "mare");
        Console.WriteLine("mare could not be published natively (clang and zlib1g-dev are needed); the load runs on the JIT compiler instead.");
        Console.WriteLine(string.Join('\n', output.Split('\n').TakeLast(3)));
        return null;
    }
}
