// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Lori;
using Mare.Cli.Bench;
using Mare.Cli.Bench.Output;
using Mare.Cli.Tests.Connect;
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Bench;

/// <summary><c>mare bench</c>, as a script meets it.</summary>
public sealed class BenchCommandTests
{
    [Fact]
    public void Arguments_WithoutAnyOption_AreAClosedLoopOfSmallEchoes()
    {
        var settings = Read("localhost:9001");
        Assert.Equal(("ws://localhost:9001/", BenchScenario.Echo, 50), (settings.Target.Url, settings.Scenario, settings.Connections));
        Assert.Equal((20, 1, null, null), (settings.Size, settings.InFlight, settings.Rate, settings.Messages));
        Assert.Equal((1, 10), (settings.Warmup.TotalSeconds, settings.Duration.TotalSeconds));
    }

    [Fact]
    public void Arguments_WithOthers_ChangeWhatFollowsFromThem()
    {
        Assert.Equal(1024, Read("localhost", "--compression").Size);
        Assert.Equal(256, Read("localhost", "--rate", "0.5").InFlight);
        Assert.Equal(3, Read("localhost", "--rate", "1000", "--in-flight", "3").InFlight);
        Assert.Equal(BenchScenario.Idle, Read("localhost", "--scenario", "idle").Scenario);
        Assert.Null(Read("tcp://127.0.0.1:5").Target.WebSocket);
    }

    [Theory]
    [InlineData("--connections must be 1 or more.", "localhost", "-c", "0")]
    [InlineData("A broadcast needs --connections 2 or more: one sends, the others listen.", "localhost", "-s", "broadcast", "-c", "1")]
    [InlineData("The port must be 1 to 65535.", "ws://localhost:0")]
    [InlineData("--size must be 0 to 1073741824.", "localhost", "--size", "-1")]
    [InlineData("--in-flight must be 1 or more.", "localhost", "-f", "0")]
    [InlineData("--in-flight times --size must be less than 1 GiB.", "localhost", "-f", "20000", "--size", "100000")]
    [InlineData("--rate must be more than 0.", "localhost", "-r", "0")]
    [InlineData("--messages must be 1 or more.", "localhost", "-n", "0")]
    [InlineData("--duration must be 0 to 86400 seconds.", "localhost", "-d", "-1")]
    [InlineData("--timeout must be 0.001 to 86400 seconds.", "localhost", "--timeout", "0")]
    [InlineData("A raw echo (tcp://) has neither --compression nor a broadcast.", "tcp://127.0.0.1:5", "--compression")]
    [InlineData("'tcp://127.0.0.1' is no address of a TCP server: use tcp://HOST:PORT.", "tcp://127.0.0.1")]
    [InlineData("'http' is no WebSocket scheme: use ws:// or wss://.", "http://localhost")]
    [InlineData("--server-pid: there is no such process, or this system does not tell.", "localhost", "--server-pid", "999999999")]
    public void Arguments_ThatCannotBe_SayWhy(string error, params string[] arguments) =>
        Assert.Equal(error, Assert.Throws<ArgumentException>(() => Read(arguments)).Message);

    [Fact]
    public async Task Bench_OfMessages_PrintsFiguresAndExits0()
    {
        await using var server = await ConnectServer.StartAsync();
        var file = Path.GetTempFileName();
        try
        {
            var (exitCode, output, error) = await RunAsync(server.Url, "-c", "3", "-n", "20", "-f", "4", "--warmup", "0", "--server-pid", $"{Environment.ProcessId}", "--json", file);
            Assert.Equal((0, ""), (exitCode, error));
            Assert.Matches(@"\nthroughput: +[0-9,]+ messages/s \(60 in [0-9.]+ s\)\n", output);
            Assert.Matches(@"\nlatency: +p50 [0-9.]+ (us|ms) ", output);
            Assert.Matches(@"\nserver: +[0-9]+ % of a core, [0-9.]+ us of CPU a message, [0-9.]+ MiB", output);
            Assert.DoesNotContain('\x1b', output);
            using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            Assert.Equal(60, json.RootElement.GetProperty("count").GetInt64());
            Assert.Equal("echo", json.RootElement.GetProperty("scenario").GetString());
            Assert.InRange(json.RootElement.GetProperty("server").GetProperty("residentBytes").GetInt64(), 1, long.MaxValue);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Bench_ThatIsDoneAtOnce_CountsAllItsMessages()
    {
        await using var server = await ConnectServer.StartAsync();
        using var loops = new EventLoopGroup(1);
        var settings = Read(server.Url, "-c", "1", "-n", "1", "--warmup", "0");
        // Of so many, some are done before anyone has looked at them.
        for (var i = 0; i < 200; i++)
        {
            var report = await new BenchRun(settings, loops.Loops[0], new SilentOutput(), TestContext.Current.CancellationToken).RunAsync();
            Assert.Equal((1, true), (report.Count, report.Latency is not null));
        }
    }

    [Fact]
    public async Task Bench_WithJsonOnStandardOutput_PrintsNothingElse()
    {
        await using var server = await ConnectServer.StartAsync();
        var (exitCode, output, error) = await RunAsync(server.Url, "-s", "idle", "-c", "5", "-d", "0", "--json", "-");
        Assert.Equal((0, ""), (exitCode, error));
        using var json = JsonDocument.Parse(output);
        Assert.Equal(("idle", 5), (json.RootElement.GetProperty("scenario").GetString(), json.RootElement.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task Bench_Compressed_VerifiesWhatIsInflated()
    {
        await using var server = await ConnectServer.StartAsync(static o => o.Compression = new CompressionOptions { Mode = CompressionMode.Dedicated });
        var (exitCode, output, error) = await RunAsync(server.Url, "--compression", "-c", "2", "-n", "100", "-f", "4", "--warmup", "0");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("\ncompression: permessage-deflate; all messages inflated and compared\n", output, StringComparison.Ordinal);
        Assert.Contains(" messages/s (200 in ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bench_Interrupted_ReportsWhatThereIs()
    {
        await using var server = await ConnectServer.StartAsync();
        using var mare = ChildProgram.Start("mare.dll", "bench", server.Url, "-c", "2", "--rate", "100", "--warmup", "0", "-d", "3600");
        // The first second has passed.
        await mare.ReadLineAsync();
        await mare.SignalAsync("INT");
        var (exitCode, output, error) = await mare.WaitAsync();
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("\nthroughput: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bench_OfAServerThatGoes_IsOneLineAndExits1()
    {
        await using var server = await ConnectServer.StartAsync();
        using var mare = ChildProgram.Start("mare.dll", "bench", server.Url, "-c", "2", "--rate", "100", "--warmup", "0", "-d", "3600");
        await mare.ReadLineAsync();
        await server.DisposeAsync();
        var (exitCode, _, error) = await mare.WaitAsync();
        Assert.Equal(1, exitCode);
        Assert.Equal("mare: No connection is left: The server closed the connection: 1001 GoingAway.\n", error);
    }

    [Fact]
    public async Task Bench_OfNobody_IsOneLineAndExits1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        var (exitCode, output, error) = await RunAsync($"ws://127.0.0.1:{port}");
        Assert.Equal((1, "", $"mare: Cannot connect to 127.0.0.1:{port}: nobody listens there.\n"), (exitCode, output, error));
    }

    [Fact]
    public async Task Bench_WithABadOption_IsOneLineAndExits2()
    {
        var (exitCode, output, error) = await RunAsync("localhost", "--connections", "0");
        Assert.Equal((2, "", "mare: --connections must be 1 or more.\n"), (exitCode, output, error));
    }

    private static BenchSettings Read(params string[] arguments) => BenchCommand.Read(BenchCommand.Create().Parse(arguments));

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var mare = ChildProgram.Start("mare.dll", ["bench", .. arguments]);
        return await mare.WaitAsync();
    }
}
