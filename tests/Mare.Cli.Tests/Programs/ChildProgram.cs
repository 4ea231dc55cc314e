// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Text;

namespace Mare.Cli.Tests.Programs;

/// <summary>Is a program of this repository, run as a process; ended, if need be, with its object.</summary>
internal sealed class ChildProgram : IDisposable
{
    // A start takes some 100 ms; a minute is for a loaded machine.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task<string> _error;

    private ChildProgram(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts an assembly that stands beside the tests.</summary>
    public static ChildProgram Start(string assembly, params string[] arguments)
    {
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(host, [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new ChildProgram(Process.Start(start)!);
    }

    /// <summary>Waits for the line that says where it listens.</summary>
    /// <returns>The line's URL, or address.</returns>
    public async Task<string> ReadListeningAsync()
    {
        const string Start = "Listening on ";
        while (true)
        {
            var line = await ReadLineAsync();
            if (line.StartsWith(Start, StringComparison.Ordinal)) return line[Start.Length..].Split(' ')[0].TrimEnd(';');
        }
    }

    /// <summary>Waits for the next line of standard output.</summary>
    public async Task<string> ReadLineAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Deadline);
        if (line is null) Assert.Fail($"The program has ended. It printed: {_output}{await _error}");
        _output.AppendLine(line);
        return line;
    }

    /// <summary>Sends a signal, by its name without SIG.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{name} {_process.Id}"]);
        await kill.WaitForExitAsync().WaitAsync(Deadline);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits for the program's end.</summary>
    public async Task<(int ExitCode, string Output, string Error)> WaitAsync(TimeSpan? deadline = null)
    {
        await _process.WaitForExitAsync().WaitAsync(deadline ?? Deadline);
        _output.Append(await _process.StandardOutput.ReadToEndAsync());
        return (_process.ExitCode, _output.ToString(), await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
