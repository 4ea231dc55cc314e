// SPDX-License-Identifier: MIT
using Mare.Cli.Bench.Figures;

namespace Mare.Cli.Bench.Output;

/// <summary>Shows how a run goes and what came of it.</summary>
internal abstract class BenchOutput
{
    /// <summary>Gets how often progress is shown.</summary>
    public virtual TimeSpan Interval => TimeSpan.FromSeconds(1);

    /// <summary>Runs something that tells its progress, and shows it meanwhile.</summary>
    public virtual Task<BenchReport> WatchAsync(Func<Task<BenchReport>> run) => run();

    /// <summary>Shows progress. Any thread, one at a time.</summary>
    public abstract void Progress(BenchProgress progress);

    /// <summary>Shows the result.</summary>
    public abstract void Report(BenchReport report);
}
