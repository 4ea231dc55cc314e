// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Globalization;
using Mare.Bench.Runner;
using Mare.Bench.Runner.Results;
using Mare.Bench.Runner.Scenarios;
using Mare.Bench.Runner.Servers;

var rounds = new Option<int>("--rounds") { Description = "Rounds of each scenario.", DefaultValueFactory = _ => 9 };
var quick = new Option<bool>("--quick") { Description = "One short round, fewer connections: to see whether it works, within ten minutes." };
var only = new Option<string[]>("--only") { Description = "Scenarios to run.", AllowMultipleArgumentsPerToken = true };
only.AcceptOnlyFromAmong([.. Scenario.All.Select(s => s.Name)]);
var servers = new Option<string[]>("--servers") { Description = "Servers to run.", AllowMultipleArgumentsPerToken = true };
servers.AcceptOnlyFromAmong([.. ServerKind.All.Select(s => s.Name)]);
var uWebSockets = new Option<FileInfo?>("--uwebsockets") { Description = "An echo server on uWebSockets that you built; what it must do is in peers/README.md." };
var jit = new Option<bool>("--jit") { Description = "Publishes no native program: the load runs on the JIT compiler." };
var name = new Option<string>("--name")
{
    Description = "Name of the result files; the default is today's date.",
    DefaultValueFactory = _ => DateTime.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
};
var serverCpu = new Option<int>("--server-cpu") { Description = "Processor of the servers.", DefaultValueFactory = _ => 0 };
var loadCpu = new Option<int>("--load-cpu") { Description = "Processor of the load.", DefaultValueFactory = _ => 1 };
var command = new RootCommand("Measures WebSocket echo servers side by side.") { rounds, quick, only, servers, uWebSockets, jit, name, serverCpu, loadCpu };
command.SetAction(async (parsed, cancellation) =>
{
    var isQuick = parsed.GetValue(quick);
    var options = new BenchOptions
    {
        Rounds = isQuick && parsed.GetResult(rounds) is not { Implicit: false } ? 1 : parsed.GetValue(rounds),
        // Kestrel still compiled after three seconds on a machine that was shared.
        FirstRun = TimeSpan.FromSeconds(isQuick ? 1 : 6),
        Warmup = TimeSpan.FromSeconds(isQuick ? 0.2 : 0.5),
        Duration = TimeSpan.FromSeconds(isQuick ? 0.5 : 1.5),
        // A process may hold 20,000 descriptors on a common setting; server and load are processes of their own.
        ManyConnections = isQuick ? 2000 : 15_000,
        ServerCpu = parsed.GetValue(serverCpu),
        LoadCpu = parsed.GetValue(loadCpu),
    };
    try
    {
        var kinds = Chosen(ServerKind.All, s => s.Name, parsed.GetValue(servers)).ToList();
        if (parsed.GetValue(uWebSockets) is { } file) kinds.Add(new ServerKind(ServerKind.UWebSockets, [file.FullName]));
        var native = parsed.GetValue(jit) ? null : await NativeTool.PublishAsync(cancellation);
        using var certificate = new Certificate();
        var able = await Peers.InstallAsync(kinds, options, cancellation);
        var bed = new Bed(options, able, new LoadRun(options, native), native is null ? null : ServerKind.MareNative(native), certificate);
        var results = new List<Result>();
        foreach (var scenario in Chosen(Scenario.All, s => s.Name, parsed.GetValue(only)))
        {
            results.Add(await scenario.RunAsync(bed, cancellation));
            Console.WriteLine("\n" + Report.Section(results[^1]));
        }

        Report.Write(Path.Combine(Repository.Bench, "results", parsed.GetRequiredValue(name)), options, results);
        return 0;
    }
    catch (Exception e) when (e is BenchException or OperationCanceledException)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 1;
    }
});
return await command.Parse(args).InvokeAsync();

static T[] Chosen<T>(IReadOnlyList<T> all, Func<T, string> nameOf, string[]? names) =>
    names is null or [] ? [.. all] : [.. all.Where(a => names.Contains(nameOf(a)))];
