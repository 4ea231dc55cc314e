// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace Mare.Bench.Runner;

/// <summary>Starts processes that run on one processor only.</summary>
internal static class Pinned
{
    /// <summary>Starts a command; taskset becomes it, so the process has its id.</summary>
    public static Process Start(int cpu, IEnumerable<string> command)
    {
        var start = new ProcessStartInfo("taskset", ["-c", $"{cpu}", .. command])
        {
            RedirectStandardOutput = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new BenchException("taskset is missing; it is in the package util-linux.");
        }
    }
}
