// SPDX-License-Identifier: MIT
using Lori;

namespace Mare.Bench.Runner.Servers;

/// <summary>Is a server that can be measured: how it is started. What it takes and prints: ../../peers/README.md.</summary>
/// <param name="Name">What --servers and the report call it.</param>
/// <param name="Command">The program and its first arguments.</param>
internal sealed record ServerKind(string Name, IReadOnlyList<string> Command)
{
    public const string UWebSockets = "uwebsockets";
    public const string Bun = "bun";
    public const string Kestrel = "kestrel";
    public const string Floor = "lori-tcp";

    private const string MarePrefix = "mare-";

    /// <summary>Gets the servers that others are compared with, in the order of the report's columns.</summary>
    public static IReadOnlyList<string> References { get; } = [UWebSockets, Bun, Kestrel, Floor];

    /// <summary>Gets Mare on each backend that there is.</summary>
    public static IReadOnlyList<ServerKind> Mares { get; } =
        [.. Enum.GetValues<BackendKind>().Where(static b => b != BackendKind.Auto).Select(static b => Mare(b))];

    /// <summary>Gets the servers that can be named, without what the user built.</summary>
    public static IReadOnlyList<ServerKind> All { get; } =
    [
        .. Mares,
        new(Bun, [Peers.BunProgram, Path.Combine(Peers.BunFolder, "echo.js")]),
        new(Kestrel, ["dotnet", Repository.Built("bench/peers/kestrel", "Mare.Bench.Peers.Kestrel")]),
        new("ws", ["node", Path.Combine(Peers.WsFolder, "echo.mjs")]),
        new(Floor, ["dotnet", Repository.Built("bench/peers/lori-tcp", "Mare.Bench.Peers.LoriTcp")]),
    ];

    /// <summary>Gets the processors that it runs on, as in <c>0,1</c>; null for the one of the options.</summary>
    public string? Cpus { get; init; }

    /// <summary>Gets whether it is Mare.</summary>
    public bool IsMare => Name.StartsWith(MarePrefix, StringComparison.Ordinal);

    /// <summary>Says whether it can do what a scenario needs: the floor has neither TLS nor compression.</summary>
    public bool Meets(ServerNeeds needs) => Name != Floor || needs.IsPlain;

    /// <summary>Makes Mare with some loops on some processors, on the backend that it chooses itself.</summary>
    public static ServerKind MareWithLoops(int loops, string cpus) =>
        new(
            $"{MarePrefix}{loops}-loop{(loops > 1 ? "s" : "")}",
            ["dotnet", Repository.Built("src/Mare.Cli", "mare"), "echo", "--port", "0", "--loops", $"{loops}"])
        {
            Cpus = cpus,
        };

    /// <summary>Makes Mare as a native program.</summary>
    public static ServerKind MareNative(string program) => new($"{MarePrefix}native", [program, "echo", "--port", "0", "--loops", "1"]);

    private static ServerKind Mare(BackendKind backend)
    {
        // As the tool's option names it.
        var name = backend.ToString() == "IoUring" ? "io_uring" : backend.ToString().ToLowerInvariant();
        return new ServerKind(
            MarePrefix + name.Replace("io_", "", StringComparison.Ordinal),
            ["dotnet", Repository.Built("src/Mare.Cli", "mare"), "echo", "--port", "0", "--loops", "1", "--backend", name]);
    }
}
