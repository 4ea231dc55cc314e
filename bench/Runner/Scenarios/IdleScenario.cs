// SPDX-License-Identifier: MIT
using Mare.Bench.Runner.Results;

namespace Mare.Bench.Runner.Scenarios;

/// <summary>Connections that are open and silent: what each adds to the server's resident memory.</summary>
internal sealed class IdleScenario(string name, string title, bool tls) : CostScenario(name, title, CostUnit.Idle)
{
    public override bool NeedsTls => tls;

    protected override bool IsFresh => true;

    protected override IEnumerable<string> Arguments(Bed bed) =>
        ["--scenario", "idle", "--connections", $"{bed.Options.ManyConnections}", "--timeout", "30", .. TlsArguments];

    protected override string TitleOf(Bed bed) => FormattableString.Invariant($"{Title}, {bed.Options.ManyConnections:#,0}");

    // The memory is read before; what is held longer says no more.
    protected override TimeSpan DurationOf(Bed bed) => TimeSpan.Zero;
}
