// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Diagnostics;

namespace Mare.Interop.Programs;

/// <summary>Runs programs that the SDK does not bring.</summary>
internal static class OutsideProgram
{
    private const string RequireVariable = "MARE_REQUIRE_TOOLS";

    // A whole script of checks takes about two seconds; a minute is for a loaded machine.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Ends the running test because something is missing: it skips, or fails where all must be there.
    /// </summary>
    public static void Missing(string whatToInstall)
    {
        if (Environment.GetEnvironmentVariable(RequireVariable) == "1")
            Assert.Fail($"{RequireVariable}=1, and missing: {whatToInstall}");
        Assert.Skip(whatToInstall);
    }

    /// <summary>Runs a program to its end; null when there is no such program.</summary>
    public static async Task<(int ExitCode, string Output, string Error)?> RunAsync(
        string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }
        using (process)
        {
            process!.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            using var deadline = new CancellationTokenSource(Deadline);
            try
            {
                await process.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException(
                    $"{program} ran for more than {Deadline.TotalSeconds} s, and printed: {await output}{await error}");
            }
            return (process.ExitCode, await output, await error);
        }
    }
}
