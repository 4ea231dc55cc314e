// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Mare.Cli.Bench.Figures;

/// <summary>Reads what a process, or the machine, has used, from /proc.</summary>
internal sealed class ProcessUsage(int pid)
{
    // The kernel's USER_HZ, in which /proc counts: 100 on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    // proc(5): utime is field 14 and stime field 15; the fields after the name, which may hold spaces, begin with the third.
    private const int UserTimeAfterName = 14 - 3;

    /// <summary>Gets whether this system tells, and the process exists.</summary>
    public bool Exists => File.Exists($"/proc/{pid}/stat");

    /// <summary>Gets the CPU time of all threads of the process so far, in seconds: in user mode and in the kernel.</summary>
    public double CpuSeconds()
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[UserTimeAfterName]) + Number(fields[UserTimeAfterName + 1])) / TicksPerSecond;
    }

    /// <summary>Gets the resident memory of the process, in bytes.</summary>
    public long ResidentBytes()
    {
        const string Name = "VmRSS:";
        var line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith(Name, StringComparison.Ordinal));
        return Number(line[Name.Length..].Replace("kB", "", StringComparison.Ordinal)) * 1024;
    }

    /// <summary>Gets the CPU time of all processors of this machine so far that was not idle, in seconds.</summary>
    public static double MachineCpuSeconds()
    {
        // proc(5): cpu user nice system idle iowait irq softirq steal ..., where idle and iowait are nobody's work.
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9];
        return (fields.Sum(Number) - Number(fields[3]) - Number(fields[4])) / TicksPerSecond;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
