// SPDX-License-Identifier: MIT
using Mare.Bench.Runner.Results;

namespace Mare.Bench.Runner.Scenarios;

/// <summary>Connections that are opened, upgraded, closed by close frames, and opened again: CPU time of the server for each.</summary>
internal sealed class HandshakeScenario(string name, string title, bool tls) : CostScenario(name, title, CostUnit.Handshake)
{
    public override bool NeedsTls => tls;

    protected override IEnumerable<string> Arguments(Bed bed) => ["--scenario", "connect", "--connections", "50", .. TlsArguments];
}
