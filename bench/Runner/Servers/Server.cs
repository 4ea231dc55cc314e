// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using Mare.Cli.Bench.Figures;

namespace Mare.Bench.Runner.Servers;

/// <summary>Is a running server; disposing it ends it.</summary>
internal sealed class Server : IAsyncDisposable
{
    private const string Announcement = "Listening on ";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ProcessUsage _usage;

    private Server(ServerKind kind, Process process, string url)
    {
        Kind = kind;
        _process = process;
        _usage = new ProcessUsage(process.Id);
        Url = url;
        // Nothing more is expected; reading keeps the pipe from filling.
        _ = process.StandardOutput.ReadToEndAsync();
    }

    public ServerKind Kind { get; }

    public string Url { get; }

    public string Pid => _process.Id.ToString(CultureInfo.InvariantCulture);

    public long ResidentBytes => _usage.ResidentBytes();

    /// <summary>Starts a server and waits until it accepts.</summary>
    public static async Task<Server> StartAsync(ServerKind kind, ServerNeeds needs, BenchOptions options, CancellationToken cancellation)
    {
        var process = Pinned.Start(kind.Cpus ?? options.ServerCpu.ToString(CultureInfo.InvariantCulture), [.. kind.Command, .. needs.Arguments]);
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
        catch (Exception e)
        {
            await EndAsync(process);
            if (e is OperationCanceledException && !cancellation.IsCancellationRequested)
                throw new BenchException($"{kind.Name} did not say '{Announcement}URL' within {StartTimeout.TotalSeconds:0} s.");
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
