// SPDX-License-Identifier: MIT
using Mare.Cli.Bench.Figures;

namespace Mare.Cli.Bench.Output;

/// <summary>Shows nothing: standard output is for the JSON.</summary>
internal sealed class SilentOutput : BenchOutput
{
    public override void Progress(BenchProgress progress)
    {
    }

    public override void Report(BenchReport report)
    {
    }
}
