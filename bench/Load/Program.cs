// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Text.Json;
using Mare.Bench.Load;

// Drives one server by one event loop and prints one line of JSON; see bench/README.md.
var url = new Argument<string>("url") { Description = "ws://127.0.0.1:PORT, or tcp://127.0.0.1:PORT for a raw echo." };
var scenario = new Option<string>("--scenario") { Description = "echo or idle.", DefaultValueFactory = _ => "echo" };
scenario.AcceptOnlyFromAmong("echo", "idle");
var connections = new Option<int>("--connections") { Description = "How many.", DefaultValueFactory = _ => 50 };
var size = new Option<int>("--size") { Description = "Payload bytes of a message.", DefaultValueFactory = _ => 20 };
var inFlight = new Option<int>("--in-flight") { Description = "Messages under way on each connection.", DefaultValueFactory = _ => 1 };
var warmup = new Option<double>("--warmup") { Description = "Seconds before measuring.", DefaultValueFactory = _ => 1 };
var duration = new Option<double>("--duration") { Description = "Seconds measured (echo) or held (idle).", DefaultValueFactory = _ => 2 };
var serverPid = new Option<int>("--server-pid") { Description = "The server's process on this machine.", Required = true };
var command = new RootCommand("Load for a WebSocket echo server.") { url, scenario, connections, size, inFlight, warmup, duration, serverPid };
command.SetAction(async parsed =>
{
    var options = new LoadOptions
    {
        Target = LoadTarget.Parse(parsed.GetRequiredValue(url)),
        Connections = parsed.GetValue(connections),
        Size = parsed.GetValue(size),
        InFlight = parsed.GetValue(inFlight),
        Warmup = TimeSpan.FromSeconds(parsed.GetValue(warmup)),
        Duration = TimeSpan.FromSeconds(parsed.GetValue(duration)),
        Server = new ProcessUsage(parsed.GetValue(serverPid)),
    };
    try
    {
        object result = parsed.GetValue(scenario) == "idle" ? await IdleScenario.RunAsync(options) : await EchoScenario.RunAsync(options);
        Console.WriteLine(JsonSerializer.Serialize(result, JsonSerializerOptions.Web));
        return 0;
    }
    catch (Exception e) when (e is LoadException or IOException or System.Net.Sockets.SocketException)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 1;
    }
});
return await command.Parse(args).InvokeAsync();
