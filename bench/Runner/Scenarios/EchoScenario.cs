// SPDX-License-Identifier: MIT
using Mare.Bench.Runner.Results;
using Mare.Bench.Runner.Servers;

namespace Mare.Bench.Runner.Scenarios;

/// <summary>A closed loop of echoes: CPU time of the server over the messages that came back.</summary>
internal sealed class EchoScenario : CostScenario
{
    private readonly string[] _arguments;
    private readonly bool _tls;
    private readonly string? _compression;

    private EchoScenario(string name, string title, int connections, int size, int inFlight, bool tls, string? compression)
        : base(name, title, CostUnit.Message)
    {
        _arguments = ["--connections", $"{connections}", "--size", $"{size}", "--in-flight", $"{inFlight}", .. compression is null ? Array.Empty<string>() : ["--compression"]];
        _tls = tls;
        _compression = compression;
    }

    public override bool NeedsTls => _tls;

    public static EchoScenario Plain(string name, string title, int connections, int size, int inFlight) =>
        new(name, title, connections, size, inFlight, tls: false, compression: null);

    public static EchoScenario Tls(string name, string title, int connections, int size, int inFlight) =>
        new(name, title, connections, size, inFlight, tls: true, compression: null);

    public static EchoScenario Deflate(string name, string title, string mode) =>
        new(name, title, 50, 1024, 8, tls: false, mode);

    protected override IEnumerable<string> Arguments(Bed bed) => [.. _arguments, .. TlsArguments];

    protected override ServerNeeds NeedsOf(Bed bed) => base.NeedsOf(bed) with { Compression = _compression };
}
