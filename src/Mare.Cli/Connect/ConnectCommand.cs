// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using Lori;
using Mare.Cli.Client;
using Mare.Protocol;

namespace Mare.Cli.Connect;

/// <summary>Is <c>mare connect</c>: a WebSocket client for people and for pipes.</summary>
internal static class ConnectCommand
{
    // A tool shows what comes; what is larger is rather saved by a program of its own.
    private const long DefaultMaxMessageBytes = 64 * 1024 * 1024;

    // What .NET's timers bear (2^31 milliseconds), rounded down.
    private const double MaxSeconds = 24 * 24 * 3600;

    private const string Description = """
        Connects to a WebSocket server: sends lines, prints messages.

        On a terminal, a line that is typed is sent as a text message, and lines that begin with a slash are commands (/help
        lists them; // sends a slash). From a pipe, each line is a text message as it is. Received messages go to standard
        output, a line each, binary ones as hex; everything else goes to standard error.

        At the end of a pipe, a ping is sent; once its pong is there, and with it all that the server sent before, late answers
        have the time of --wait, then the connection is closed with 1000. Ctrl-D and Ctrl-C close with 1000 and wait for the
        server's close frame; a second Ctrl-C ends at once.

        Exit codes: 0 the connection was closed by this side, or by the server with 1000 or without a code; 1 it could not be
        made, was lost, or was closed otherwise; 2 the command line, or a line of a pipe, is wrong.
        """;

    private static readonly Argument<string> Url = new("url") { Description = "ws://HOST[:PORT][/PATH][?QUERY], or wss:// for TLS; ws:// may be left out." };
    private static readonly Option<string[]> Headers = new("--header", "-H") { Description = "A header of the request, 'Name: value'; may be repeated.", DefaultValueFactory = _ => [] };
    private static readonly Option<string[]> Subprotocols = new("--subprotocol", "-s") { Description = "A subprotocol to offer; may be repeated, the preferred first.", DefaultValueFactory = _ => [] };
    private static readonly Option<string?> Origin = new("--origin", "-o") { Description = "The Origin of the request; none unless given." };
    private static readonly Option<bool> Insecure = new("--insecure", "-k") { Description = "Accepts any certificate: for a server of your own (wss://)." };
    private static readonly Option<bool> Once = new("--once", "-1") { Description = "Sends one message, all of standard input, prints one answer, closes, and says nothing else." };
    private static readonly Option<string?> Message = new("--message", "-m") { Description = "Sends this message instead of reading standard input." };
    private static readonly Option<bool> Hex = new("--hex", "-x") { Description = "Sends binary messages: what is read is hex." };
    private static readonly Option<bool> Slash = new("--slash") { Description = "Obeys commands (/ping, /close ...) from a pipe too." };
    private static readonly Option<string> Wait = new("--wait", "-w") { Description = "Seconds that late answers have after the end of the input; 'forever' leaves closing to the server.", DefaultValueFactory = _ => "0.5" };
    private static readonly Option<double> Timeout = new("--timeout") { Description = "Seconds that connecting may take, and again the opening handshake.", DefaultValueFactory = _ => 10 };
    private static readonly Option<long> MaxMessageSize = new("--max-message-size") { Description = "Longest message that is taken, in bytes.", DefaultValueFactory = _ => DefaultMaxMessageBytes };
    private static readonly Option<bool> IPv4 = new("--ipv4", "-4") { Description = "Connects over IPv4 only." };
    private static readonly Option<bool> IPv6 = new("--ipv6", "-6") { Description = "Connects over IPv6 only." };
    private static readonly Option<string?> UnixSocket = new("--unix-socket") { Description = "Connects to this Unix domain socket instead of to the URL's host." };
    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Says nothing but what is received, and errors." };

    public static Command Create()
    {
        var command = new Command("connect", Description)
        {
            Url, Headers, Subprotocols, Origin, Insecure, Once, Message, Hex, Slash, Wait, Timeout, MaxMessageSize, IPv4, IPv6, UnixSocket, Quiet,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        ConnectSettings settings;
        try
        {
            settings = Read(parsed);
        }
        catch (ArgumentException e)
        {
            return Terminal.Fail(FirstLineOf(e), Terminal.UsageError);
        }

        return await new ConnectSession(settings).RunAsync();
    }

    /// <exception cref="ArgumentException">What is asked for cannot be done; the message says why.</exception>
    private static ConnectSettings Read(ParseResult parsed)
    {
        if (!ConnectTarget.TryParse(parsed.GetRequiredValue(Url), out var target, out var error)) throw new ArgumentException(error);
        if (parsed.GetValue(IPv4) && parsed.GetValue(IPv6)) throw new ArgumentException("--ipv4 and --ipv6 exclude each other.");
        var timeout = SecondsOf("--timeout", parsed.GetRequiredValue(Timeout), lowest: 0.001);
        var size = parsed.GetRequiredValue(MaxMessageSize);
        if (size < 1 || size > Array.MaxLength) throw new ArgumentException($"--max-message-size must be 1 to {Array.MaxLength}.");
        var once = parsed.GetValue(Once);
        return new ConnectSettings
        {
            Target = target,
            Handshake = ReadHandshake(parsed, target),
            Connection = ReadConnection(parsed, target, timeout),
            Client = new WebSocketClientOptions { HandshakeTimeout = timeout, Limits = new MessageLimits { MaxMessageBytes = size } },
            Message = parsed.GetValue(Message),
            Once = once,
            Hex = parsed.GetValue(Hex),
            Slash = parsed.GetValue(Slash),
            Quiet = once || parsed.GetValue(Quiet),
            Wait = WaitOf(parsed.GetRequiredValue(Wait)),
        };
    }

    private static ClientHandshake ReadHandshake(ParseResult parsed, ConnectTarget target)
    {
        var headers = Array.ConvertAll(parsed.GetRequiredValue(Headers), HeaderOf);
        // A server may have several names, and this may be the way to ask for one.
        var host = headers.LastOrDefault(static h => IsHost(h)).Value ?? target.Authority;
        return new ClientHandshake(host, target.Resource)
        {
            Headers = Array.FindAll(headers, static h => !IsHost(h)),
            Subprotocols = parsed.GetRequiredValue(Subprotocols),
            Origin = parsed.GetValue(Origin),
        };
    }

    private static ConnectOptions ReadConnection(ParseResult parsed, ConnectTarget target, TimeSpan timeout)
    {
        var options = new ConnectOptions
        {
            Host = target.Host,
            Port = target.Port,
            UnixSocketPath = parsed.GetValue(UnixSocket),
            IPVersion = parsed.GetValue(IPv4) ? IPVersion.IPv4 : parsed.GetValue(IPv6) ? IPVersion.IPv6 : IPVersion.Any,
            Timeout = timeout,
            // Named here, since a Unix domain socket has no host.
            Tls = target.IsSecure ? new TlsClientOptions { TargetHost = target.Host, AcceptAnyCertificate = parsed.GetValue(Insecure), HandshakeTimeout = timeout } : null,
        };
        if (options.Port == 0) throw new ArgumentException("The port must be 1 to 65535.");
        return IsSocketPath(options.UnixSocketPath) ? options : throw new ArgumentException("--unix-socket must be a path of 1 to 107 bytes.");
    }

    private static bool IsSocketPath(string? path)
    {
        try
        {
            return path is null || new UnixDomainSocketEndPoint(path) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsHost(KeyValuePair<string, string> header) => header.Key.Equals("Host", StringComparison.OrdinalIgnoreCase);

    private static KeyValuePair<string, string> HeaderOf(string text)
    {
        var colon = text.IndexOf(':');
        return colon > 0
            ? new(text[..colon].Trim(), text[(colon + 1)..].Trim())
            : throw new ArgumentException($"'{text}' is no header: write it as 'Name: value'.");
    }

    private static TimeSpan WaitOf(string text)
    {
        if (text == "forever") return System.Threading.Timeout.InfiniteTimeSpan;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? SecondsOf("--wait", seconds, lowest: 0)
            : throw new ArgumentException($"--wait must be seconds or 'forever', not '{text}'.");
    }

    private static TimeSpan SecondsOf(string name, double seconds, double lowest) => seconds >= lowest && seconds <= MaxSeconds
        ? TimeSpan.FromSeconds(seconds)
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{name} must be {lowest} to {MaxSeconds} seconds."));

    /// <summary>Takes what .NET adds, the name of a parameter, away.</summary>
    private static string FirstLineOf(ArgumentException e) =>
        e.ParamName is null ? e.Message : e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal);
}
