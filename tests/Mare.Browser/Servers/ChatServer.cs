// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Mare.Browser.Servers;

/// <summary>Is the chat sample, run as a process that the test starts and stops; it keeps its port.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    // A start takes some 100 ms; a minute is for a loaded machine.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private Process? _process;
    private Task<string>? _error;
    private int _port; // the system chooses the first time

    public string Url => $"http://localhost:{_port}/";

    public static async Task<ChatServer> StartNewAsync()
    {
        var server = new ChatServer();
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task StartAsync()
    {
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var assembly = Path.Combine(AppContext.BaseDirectory, "Chat.dll");
        _process = Process.Start(new ProcessStartInfo(host, [assembly, "--port", _port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        _error = _process.StandardError.ReadToEndAsync();
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Deadline);
        if (line is null) Assert.Fail("The chat server ended at its start: " + await _error);
        const string Start = "Chat on http://localhost:";
        Assert.StartsWith(Start, line, StringComparison.Ordinal);
        _port = int.Parse(line[Start.Length..], CultureInfo.InvariantCulture);
    }

    /// <summary>Stops it as Ctrl-C would.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        using (process)
        {
            using var kill = Process.Start("sh", ["-c", $"kill -INT {process.Id}"]);
            await kill.WaitForExitAsync().WaitAsync(Deadline);
            await process.WaitForExitAsync().WaitAsync(Deadline);
            Assert.Equal((0, ""), (process.ExitCode, await _error!));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().WaitAsync(Deadline);
        process.Dispose();
    }
}
