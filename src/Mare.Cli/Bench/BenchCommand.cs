// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Globalization;
using Mare.Cli.Bench.Figures;
using Mare.Protocol;

namespace Mare.Cli.Bench;

/// <summary>Is <c>mare bench</c>: load for a WebSocket server, and what came of it.</summary>
internal static class BenchCommand
{
    private const int DefaultSize = 20;

    // A message that shows what compression does.
    private const int DefaultCompressedSize = 1024;

    // Of an open loop: so many messages may wait for a server that is slow, on each connection.
    private const int DefaultOpenInFlight = 256;

    // What a connection may have waiting to be sent.
    private const long MaxUnsentBytes = 1024L * 1024 * 1024;

    private const double MaxSeconds = 24 * 3600;

    private const string Description = """
        Puts load on a WebSocket server, and says how much it bears, how fast it answers, and what that costs it.

        echo: messages go out on all connections, and each must come back, byte for byte. connect: connections are opened and
        closed. idle: connections are held and say nothing. broadcast: messages go out on the first connection, and each must
        come, as it is, on all others.

        Without --rate, a message that is answered is sent again, so that --in-flight messages are under way on each
        connection: what the server can do. With --rate, messages are due at fixed times and their latency counts from then, also
        when they had to wait: how fast the server answers. One core of this tool is then busy watching the clock.

        tcp://HOST:PORT is a server that sends back what it gets: the floor under a WebSocket echo.

        Exit codes: 0 measured without an error; 1 the server refused, broke or lost a connection, or a message was wrong; 2 the
        command line is wrong.
        """;

    private static readonly Argument<string> Url = new("url") { Description = "ws://HOST[:PORT][/PATH], wss:// for TLS, or tcp://HOST:PORT for a raw echo; ws:// may be left out." };
    private static readonly Option<BenchScenario> Scenario = new("--scenario", "-s") { Description = "echo, connect, idle or broadcast." };
    private static readonly Option<int> Connections = new("--connections", "-c") { Description = "How many; of connect, how many at once.", DefaultValueFactory = _ => 50 };
    private static readonly Option<int?> Size = new("--size") { Description = $"Payload bytes of a message; {DefaultSize}, or {DefaultCompressedSize} with --compression." };
    private static readonly Option<int?> InFlight = new("--in-flight", "-f") { Description = $"Messages under way on each connection; 1, or at most {DefaultOpenInFlight} with --rate." };
    private static readonly Option<double?> Rate = new("--rate", "-r") { Description = "Messages a second, of all connections together; without it, as fast as answers come." };
    private static readonly Option<double> Duration = new("--duration", "-d") { Description = "Seconds that are measured; of idle, that connections are held.", DefaultValueFactory = _ => 10 };
    private static readonly Option<double> Warmup = new("--warmup") { Description = "Seconds of load before that.", DefaultValueFactory = _ => 1 };
    private static readonly Option<long?> Messages = new("--messages", "-n") { Description = "Messages that each connection sends in all; the run ends early when all are answered." };
    private static readonly Option<bool> Compression = new("--compression") { Description = "Offers permessage-deflate, and sends compressed text that looks like JSON." };
    private static readonly Option<bool> TlsInsecure = new("--tls-insecure", "-k") { Description = "Accepts any certificate: for a server of your own (wss://)." };
    private static readonly Option<double> Timeout = new("--timeout") { Description = "Seconds that connecting may take, and again the opening handshake.", DefaultValueFactory = _ => 10 };
    private static readonly Option<string?> Json = new("--json") { Description = "Writes the result to this file; - is standard output, which then has nothing else." };
    private static readonly Option<int?> ServerPid = new("--server-pid") { Description = "The server's process on this machine, to see what CPU time and memory it takes (Linux)." };

    public static Command Create()
    {
        var command = new Command("bench", Description)
        {
            Url, Scenario, Connections, Size, InFlight, Rate, Duration, Warmup, Messages, Compression, TlsInsecure, Timeout, Json, ServerPid,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        BenchSettings settings;
        try
        {
            settings = Read(parsed);
        }
        catch (ArgumentException e)
        {
            return Terminal.Fail(e.Message, Terminal.UsageError);
        }

        return await new BenchSession(settings, parsed.GetValue(Json)).RunAsync();
    }

    /// <exception cref="ArgumentException">What is asked for cannot be done; the message says why.</exception>
    internal static BenchSettings Read(ParseResult parsed)
    {
        if (!BenchTarget.TryParse(parsed.GetRequiredValue(Url), out var target, out var error)) throw new ArgumentException(error);
        var compression = parsed.GetValue(Compression);
        var rate = parsed.GetValue(Rate);
        var settings = new BenchSettings
        {
            Target = target,
            Scenario = parsed.GetValue(Scenario),
            Connections = parsed.GetValue(Connections),
            Size = parsed.GetValue(Size) ?? (compression ? DefaultCompressedSize : DefaultSize),
            InFlight = parsed.GetValue(InFlight) ?? (rate is null ? 1 : DefaultOpenInFlight),
            Rate = rate,
            Messages = parsed.GetValue(Messages),
            Warmup = SecondsOf(Warmup, parsed, lowest: 0),
            Duration = SecondsOf(Duration, parsed, lowest: 0),
            Compression = compression,
            AcceptAnyCertificate = parsed.GetValue(TlsInsecure),
            ServerPid = parsed.GetValue(ServerPid),
            Timeout = SecondsOf(Timeout, parsed, lowest: 0.001),
        };
        Validate(settings);
        return settings;
    }

    private static void Validate(BenchSettings settings)
    {
        var isBroadcast = settings.Scenario == BenchScenario.Broadcast;
        Require(settings.Target.Port != 0, "The port must be 1 to 65535.");
        Require(settings.Connections >= (isBroadcast ? 2 : 1), isBroadcast ? "A broadcast needs --connections 2 or more: one sends, the others listen." : "--connections must be 1 or more.");
        Require(settings.Size is >= 0 and <= 1 << 30, "--size must be 0 to 1073741824.");
        Require(settings.InFlight >= 1, "--in-flight must be 1 or more.");
        // The longest header is counted with each message.
        Require((long)settings.InFlight * (settings.Size + FrameWriter.MaxHeaderSize) <= MaxUnsentBytes, "--in-flight times --size must be less than 1 GiB.");
        Require(settings.Rate is not <= 0, "--rate must be more than 0.");
        Require(settings.Messages is not < 1, "--messages must be 1 or more.");
        Require(settings.Target.WebSocket is not null || !(settings.Compression || isBroadcast), "A raw echo (tcp://) has neither --compression nor a broadcast.");
        Require(settings.ServerPid is not { } pid || new ProcessUsage(pid).Exists, "--server-pid: there is no such process, or this system does not tell.");
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition) throw new ArgumentException(otherwise);
    }

    private static TimeSpan SecondsOf(Option<double> option, ParseResult parsed, double lowest)
    {
        var seconds = parsed.GetValue(option);
        Require(seconds >= lowest && seconds <= MaxSeconds, string.Create(CultureInfo.InvariantCulture, $"{option.Name} must be {lowest} to {MaxSeconds} seconds."));
        return TimeSpan.FromSeconds(seconds);
    }
}
