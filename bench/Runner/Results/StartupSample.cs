// SPDX-License-Identifier: MIT
namespace Mare.Bench.Runner.Results;

/// <summary>Is one start of a server.</summary>
/// <param name="Milliseconds">From the start of the process to the first echo.</param>
/// <param name="ResidentBytes">Resident memory then.</param>
internal sealed record StartupSample(double Milliseconds, long ResidentBytes);
