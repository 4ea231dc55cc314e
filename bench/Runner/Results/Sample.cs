// SPDX-License-Identifier: MIT
using Mare.Cli.Bench.Figures;

namespace Mare.Bench.Runner.Results;

/// <summary>Is one measurement of a cost.</summary>
/// <param name="Cost">The figure that counts: CPU microseconds a message or handshake, or bytes an idle connection.</param>
/// <param name="Rate">Messages, or connections opened, in a second.</param>
/// <param name="ServerBusy">CPU time of the server over the wall clock; 0 where it was not taken.</param>
/// <param name="LoadBusy">The same of the load.</param>
/// <param name="OthersBusy">CPU time of everything else on the machine, in processors.</param>
/// <param name="ResidentBytes">Resident memory of the server at the end.</param>
internal sealed record Sample(double Cost, double Rate, double ServerBusy, double LoadBusy, double OthersBusy, long ResidentBytes)
{
    public static Sample Of(BenchReport report)
    {
        var server = report.Server!;
        return server.BytesPerConnection is { } bytes
            ? new Sample(bytes, report.Connections / report.SecondsToOpen, 0, 0, 0, server.ResidentBytes)
            : new Sample(
                server.CpuMicrosecondsPerMessage ?? throw new BenchException("Nothing came back within the window: make it longer."),
                report.CountPerSecond,
                server.CpuSeconds / report.Seconds,
                report.LoadCpuSeconds / report.Seconds,
                (report.OtherCpuSeconds ?? 0) / report.Seconds,
                server.ResidentBytes);
    }
}
