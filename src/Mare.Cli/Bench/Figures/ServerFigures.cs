// SPDX-License-Identifier: MIT
namespace Mare.Cli.Bench.Figures;

/// <summary>Is what the server's process used.</summary>
/// <param name="CpuSeconds">CPU time within the measured time, in user mode and in the kernel.</param>
/// <param name="ResidentBytesBefore">Resident memory before the first connection.</param>
/// <param name="ResidentBytes">Resident memory at the end, with all connections open.</param>
/// <param name="CpuMicrosecondsPerMessage">CPU time over what was counted; null when nothing was.</param>
/// <param name="BytesPerConnection">The growth of resident memory over the connections; of idle connections only, else null.</param>
internal sealed record ServerFigures(
    double CpuSeconds, long ResidentBytesBefore, long ResidentBytes, double? CpuMicrosecondsPerMessage, double? BytesPerConnection);
