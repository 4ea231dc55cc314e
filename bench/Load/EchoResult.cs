// SPDX-License-Identifier: MIT
namespace Mare.Bench.Load;

/// <summary>Is what one echo run measured.</summary>
/// <param name="Messages">Messages echoed within the window.</param>
/// <param name="Seconds">Length of the window.</param>
/// <param name="ServerCpuSeconds">CPU time of the server process within the window.</param>
/// <param name="LoadCpuSeconds">CPU time of this process within the window: close to the window, the load was the bottleneck.</param>
/// <param name="OtherCpuSeconds">CPU time of everything else on this machine within the window: much of it, and the sample is worth little.</param>
/// <param name="ServerResidentBytes">Resident memory of the server at the window's end.</param>
public sealed record EchoResult(
    long Messages, double Seconds, double ServerCpuSeconds, double LoadCpuSeconds, double OtherCpuSeconds, long ServerResidentBytes)
{
    /// <summary>Gets the figure that counts.</summary>
    public double CpuMicrosecondsPerMessage => ServerCpuSeconds * 1e6 / Messages;

    /// <summary>Gets the messages echoed in a second of the wall clock.</summary>
    public double MessagesPerSecond => Messages / Seconds;
}
