// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace Mare.Bench.Runner.Servers;

/// <summary>Starts processes that run on some processors only.</summary>
internal static class Pinned
{
    /// <summary>Starts a command; taskset becomes it, so the process has its id.</summary>
    /// <param name="cpus">Processors, as in <c>0</c> or <c>0,1</c>.</param>
    /// <param name="command">The program and its arguments.</param>
    public static Process Start(string cpus, IEnumerable<string> command)
    {
        var start = new ProcessStartInfo("taskset", ["-c", cpus, .. command])
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
