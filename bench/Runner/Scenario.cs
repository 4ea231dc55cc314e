// SPDX-License-Identifier: MIT
namespace Mare.Bench.Runner;

/// <summary>Is one thing to measure.</summary>
/// <param name="Name">What --only calls it.</param>
/// <param name="Title">What the report calls it.</param>
/// <param name="Connections">How many connections.</param>
/// <param name="Size">Payload bytes of a message; 0 for connections that stay silent.</param>
/// <param name="InFlight">Messages under way on each connection.</param>
internal sealed record Scenario(string Name, string Title, int Connections, int Size, int InFlight)
{
    public bool IsIdle => Size == 0;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("echo-20-1", "Echo, 20 B, 50 connections, 1 in flight", 50, 20, 1),
        new("echo-20-32", "Echo, 20 B, 50 connections, 32 in flight", 50, 20, 32),
        new("echo-1k-8", "Echo, 1 KiB, 50 connections, 8 in flight", 50, 1024, 8),
        new("echo-64k-2", "Echo, 64 KiB, 50 connections, 2 in flight", 50, 64 * 1024, 2),
        // A process may hold 20,000 descriptors on a common setting; server and load are processes of their own.
        new("idle-10k", "10,000 idle connections", 10_000, 0, 0),
    ];
}
