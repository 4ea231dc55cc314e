// SPDX-License-Identifier: MIT
using Mare.Bench.Runner.Servers;

namespace Mare.Bench.Runner.Scenarios;

/// <summary>Is what scenarios are measured with.</summary>
/// <param name="Options">How.</param>
/// <param name="Servers">The servers of this run.</param>
/// <param name="Load">The load.</param>
/// <param name="Native">Mare as a native program; null where it could not be published.</param>
/// <param name="Certificate">The certificate of those that speak TLS.</param>
internal sealed record Bed(BenchOptions Options, IReadOnlyList<ServerKind> Servers, LoadRun Load, ServerKind? Native, Certificate Certificate)
{
    /// <summary>Gets the servers in the order of a round: there and back, so that none is always behind the same other.</summary>
    public static IEnumerable<T> InTurn<T>(IReadOnlyList<T> servers, int round) => round % 2 == 0 ? servers : servers.Reverse();
}
