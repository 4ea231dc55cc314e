// SPDX-License-Identifier: MIT
using Mare.Bench.Runner.Results;

namespace Mare.Bench.Runner.Scenarios;

/// <summary>Is one thing to measure.</summary>
/// <param name="name">What --only calls it.</param>
/// <param name="title">What the report calls it.</param>
internal abstract class Scenario(string name, string title)
{
    public string Name => name;

    public string Title => title;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        EchoScenario.Plain("echo-20-1-50", "Echo, 20 B, 50 connections, 1 in flight", 50, 20, 1),
        EchoScenario.Plain("echo-20-1-500", "Echo, 20 B, 500 connections, 1 in flight", 500, 20, 1),
        EchoScenario.Plain("echo-20-1-5000", "Echo, 20 B, 5,000 connections, 1 in flight", 5000, 20, 1),
        EchoScenario.Plain("echo-20-32", "Echo, 20 B, 50 connections, 32 in flight", 50, 20, 32),
        EchoScenario.Plain("echo-1k-8", "Echo, 1 KiB, 50 connections, 8 in flight", 50, 1024, 8),
        EchoScenario.Plain("echo-64k-2", "Echo, 64 KiB, 50 connections, 2 in flight", 50, 64 * 1024, 2),
        EchoScenario.Plain("echo-1m", "Echo, 1 MiB, 10 connections, 1 in flight", 10, 1024 * 1024, 1),
        EchoScenario.Tls("tls-20-1", "TLS echo, 20 B, 50 connections, 1 in flight", 50, 20, 1),
        EchoScenario.Tls("tls-20-32", "TLS echo, 20 B, 50 connections, 32 in flight", 50, 20, 32),
        EchoScenario.Tls("tls-16k-2", "TLS echo, 16 KiB, 50 connections, 2 in flight", 50, 16 * 1024, 2),
        EchoScenario.Deflate("deflate-shared", "permessage-deflate without context takeover (shared), 1 KiB JSON, 50 connections, 8 in flight", "shared"),
        EchoScenario.Deflate("deflate-dedicated", "permessage-deflate with context takeover (dedicated), 1 KiB JSON, 50 connections, 8 in flight", "dedicated"),
        new HandshakeScenario("handshake", "Handshakes, 50 at once", tls: false),
        new HandshakeScenario("handshake-tls", "TLS handshakes (P-256), 50 at once", tls: true),
        new IdleScenario("idle", "Idle connections", tls: false),
        new IdleScenario("idle-tls", "Idle connections over TLS", tls: true),
        new LoopsScenario(),
        new LatencyScenario(),
        new StartupScenario(),
        new MemoryScenario(),
    ];

    /// <summary>Gets whether it needs TLS.</summary>
    public virtual bool NeedsTls => false;

    public abstract Task<Result> RunAsync(Bed bed, CancellationToken cancellation);

    /// <summary>Says how a sample came out, while the run goes on.</summary>
    protected void Tell(int round, string server, FormattableString text) =>
        Console.WriteLine($"{Name} round {round + 1} {server,-13} {FormattableString.Invariant(text)}");
}
