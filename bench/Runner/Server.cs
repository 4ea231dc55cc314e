// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace Mare.Bench.Runner;

/// <summary>Is a running server; disposing it ends it.</summary>
internal sealed class Server : IAsyncDisposable
{
    private const string Announcement = "Listening on ";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private Server(ServerKind kind, Process process, string url)
    {
        Kind = kind;
        _process = process;
        Url = url;
        // Nothing more is expected; reading keeps the pipe from filling.
        _ = process.StandardOutput.ReadToEndAsync();
    }

    public ServerKind Kind { get; }

    public string Url { get; }

    public int Pid => _process.Id;

    /// <summary>Starts a server on a processor and waits until it accepts.</summary>
    public static async Task<Server> StartAsync(ServerKind kind, int cpu, CancellationToken cancellation)
    {
        var process = Pinned.Start(cpu, kind.Command);
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            timeout.CancelAfter(StartTimeout);
            while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
            {
                if (line.StartsWith(Announcement, StringComparison.Ordinal)) return new Server(kind, process, line[Announcement.Length..]);
            }

            throw new BenchException($"{kind.Name} ended before it said '{Announcement}URL'.");
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await EndAsync(_process);

    /// <summary>Ends the process, which has nothing to lose. It is our child: its id cannot mean another.</summary>
    private static async Task EndAsync(Process process)
    {
        using (process)
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
        }
    }
}
