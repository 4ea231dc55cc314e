// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Mare.Bench.Runner.Results;

/// <summary>Describes where the results were taken: what matters for them, and no names of machines or people.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        var kernel = Environment.OSVersion.Version;
        return $"{Environment.ProcessorCount} processors ({model ?? RuntimeInformation.OSArchitecture.ToString()}), " +
            $"Linux {kernel.Major}.{kernel.Minor}, {RuntimeInformation.FrameworkDescription}.";
    }
}
