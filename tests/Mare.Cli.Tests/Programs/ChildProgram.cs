// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Text;

namespace Mare.Cli.Tests.Programs;

/// <summary>Is a program of this repository, run as a process; ended, if need be, with its object.</summary>
internal sealed class ChildProgram : IDisposable
{
    // A start takes some 100 ms; a minute is for a loaded machine.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly string Host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static readonly string? Tool = Environment.GetEnvironmentVariable("MARE_TOOL") is { Length: > 0 } path ? path : null;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task<string> _error;

    private ChildProgram(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>
    /// Starts an assembly that stands beside the tests; instead of the tool's, the program that the environment variable
    /// <c>MARE_TOOL</c> names, such as a native build of it.
    /// </summary>
    public static ChildProgram Start(string assembly, params string[] arguments)
    {
        return Start(assembly == "mare.dll" && Tool is { } tool
            ? new ProcessStartInfo(tool, arguments)
            : new ProcessStartInfo(Host, [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments]));
    }

    /// <summary>Starts a command of the shell, in which <c>$MARE</c> is the tool.</summary>
    public static ChildProgram StartShell(string command, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("sh", ["-c", command]);
        start.Environment["MARE"] = Tool ?? $"{Host} {Path.Combine(AppContext.BaseDirectory, "mare.dll")}";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Start(start);
    }

    /// <summary>Writes to standard input.</summary>
    public async Task WriteAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text).WaitAsync(Deadline);
        await _process.StandardInput.FlushAsync().WaitAsync(Deadline);
    }

    /// <summary>Ends standard input.</summary>
    public void EndInput() => _process.StandardInput.Close();

    /// <summary>Waits until standard output has a text, in what was not read yet.</summary>
    /// <returns>What came up to it, and it.</returns>
    public async Task<string> ReadUntilAsync(string text)
    {
        var seen = new StringBuilder();
        var buffer = new char[1];
        while (!seen.ToString().EndsWith(text, StringComparison.Ordinal))
        {
            int read;
            try
            {
                read = await _process.StandardOutput.ReadAsync(buffer).AsTask().WaitAsync(Deadline);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"'{text}' did not come. Since the last read: {seen}");
            }

            if (read == 0) Assert.Fail($"The program has ended, and '{text}' did not come. Since the last read: {seen}");
            seen.Append(buffer[0]);
        }

        _output.Append(seen);
        return seen.ToString();
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
        // Read while it runs: a full pipe would hold it.
        var output = _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync().WaitAsync(deadline ?? Deadline);
        _output.Append(await output);
        return (_process.ExitCode, _output.ToString(), await _error);
    }

    private static ChildProgram Start(ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        return new ChildProgram(Process.Start(start)!);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
