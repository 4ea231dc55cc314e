// SPDX-License-Identifier: MIT
using Mare.Bench.Load;

namespace Mare.Bench.Runner;

/// <summary>Is one measurement.</summary>
/// <param name="Cost">The figure that counts: CPU microseconds a message, or bytes an idle connection.</param>
/// <param name="Rate">Messages, or connections opened, in a second.</param>
/// <param name="ServerBusy">CPU time of the server over the wall clock; 0 where it was not taken.</param>
/// <param name="LoadBusy">The same of the load.</param>
/// <param name="OthersBusy">CPU time of everything else on the machine, in processors.</param>
/// <param name="ResidentBytes">Resident memory of the server at the end.</param>
internal sealed record Sample(double Cost, double Rate, double ServerBusy, double LoadBusy, double OthersBusy, long ResidentBytes)
{
    public static Sample Of(EchoResult echo) => new(
        echo.CpuMicrosecondsPerMessage,
        echo.MessagesPerSecond,
        echo.ServerCpuSeconds / echo.Seconds,
        echo.LoadCpuSeconds / echo.Seconds,
        echo.OtherCpuSeconds / echo.Seconds,
        echo.ServerResidentBytes);

    public static Sample Of(IdleResult idle) => new(
        idle.BytesPerConnection, idle.Connections / idle.SecondsToOpen, 0, 0, 0, idle.ResidentBytesAfter);
}
