// SPDX-License-Identifier: MIT
using System.Diagnostics;
using Mare.Fuzz.Corpora;
using Mare.Fuzz.Targets;

namespace Mare.Fuzz.Runs;

/// <summary>Searches targets, some at once, each in a process of its own.</summary>
internal static class FuzzRun
{
    // Over what a worker may take, for its start and for trimming on a loaded machine.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    /// <summary>Searches, and prints what each worker says when it has ended.</summary>
    /// <returns>The exit code: 0, or 1 when there was a crash.</returns>
    public static async Task<int> RunAsync(FuzzOptions options, TextWriter output)
    {
        using var copy = new InstrumentedCopy();
        bool crashed = false;
        await Parallel.ForEachAsync(
            options.Targets,
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallel },
            async (target, _) =>
            {
                (bool isGood, string text) = await SearchAsync(copy, options, target).ConfigureAwait(false);
                lock (output)
                {
                    output.Write(text);
                    crashed |= !isGood;
                }
            }).ConfigureAwait(false);
        return crashed ? 1 : 0;
    }

    private static async Task<(bool IsGood, string Output)> SearchAsync(InstrumentedCopy copy, FuzzOptions options, FuzzTarget target)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        using var worker = Process.Start(
            new ProcessStartInfo(host, ["exec", copy.Assembly, FuzzWorker.Argument, .. options.ToArguments(target)])
            {
                RedirectStandardOutput = true,
            })!;
        Task<string> output = worker.StandardOutput.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(options.Seconds) + Grace);
        try
        {
            await worker.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            worker.Kill();
            await worker.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
        string text = await output.ConfigureAwait(false);
        if (worker.ExitCode is 0 or 1)
            return (worker.ExitCode == 0, text);

        // Killed, or dead of a fault that no exception tells.
        using var journal = new InputJournal(FuzzWorker.JournalPath(copy.Folder, target));
        return (false, $"""
            {text}{target.Name}: {InputText.Write(journal.Read(), target.IsText)}
            {target.Name}: CRASH, the process ended with {worker.ExitCode}; seed {options.Seed}

            """);
    }
}
