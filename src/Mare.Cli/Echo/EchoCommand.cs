// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Lori;
using Mare.Protocol;

namespace Mare.Cli.Echo;

/// <summary>Is <c>mare echo</c>: an echo server, for trying clients and for measuring.</summary>
internal static class EchoCommand
{
    public static Command Create()
    {
        var host = new Option<string>("--host") { Description = "Host name or address to listen on; * for all.", DefaultValueFactory = _ => "127.0.0.1" };
        var port = new Option<int>("--port") { Description = "Port; 0 lets the system choose.", DefaultValueFactory = _ => 9001 };
        var loops = new Option<int>("--loops") { Description = "Event loops; 0 is one for each processor." };
        var backend = new Option<BackendKind>("--backend")
        {
            Description = "How the kernel is reached: auto, io_uring, epoll or sockets.",
            CustomParser = ParseBackend,
        };
        var size = new Option<long>("--max-message-size") { Description = "Longest message, in bytes.", DefaultValueFactory = _ => MessageLimits.DefaultMaxMessageBytes };
        var fragments = new Option<int>("--max-fragments") { Description = "Most fragments a message may have.", DefaultValueFactory = _ => MessageLimits.DefaultMaxFragments };
        var compression = new Option<CompressionMode>("--compression") { Description = "Who owns the codecs of permessage-deflate: off, shared or dedicated." };
        var certificate = new Option<string?>("--tls-cert") { Description = "PEM file with a certificate, and the chain behind it: clients come by wss://." };
        var key = new Option<string?>("--tls-key") { Description = "PEM file with its private key; default: it is in the same file." };
        var selfSigned = new Option<bool>("--tls-self-signed") { Description = "Clients come by wss://, and have to accept a certificate that is made now." };
        var command = new Command("echo", "Runs a server that sends every message back.") { host, port, loops, backend, size, fragments, compression, certificate, key, selfSigned };
        command.SetAction((parsed, cancellation) => RunAsync(
            () => new WebSocketServerOptions
            {
                Host = parsed.GetRequiredValue(host),
                Port = parsed.GetRequiredValue(port),
                Loops = parsed.GetValue(loops),
                Backend = parsed.GetValue(backend),
                MaxMessageSize = parsed.GetRequiredValue(size),
                MaxPartialBytes = PartialBytesFor(parsed.GetRequiredValue(size)),
                MaxFragments = parsed.GetRequiredValue(fragments),
                Compression = new CompressionOptions { Mode = parsed.GetValue(compression) },
                Tls = TlsOf(parsed.GetValue(certificate), parsed.GetValue(key), parsed.GetValue(selfSigned)),
            },
            cancellation));
        return command;
    }

    // One message of the length that is asked for always has room, while its buffer grows too.
    private static long PartialBytesFor(long messageSize) => Math.Max(new WebSocketServerOptions().MaxPartialBytes, 3 * messageSize);

    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="TlsCertificateException">The files have no certificate.</exception>
    private static TlsServerOptions? TlsOf(string? certificate, string? key, bool selfSigned)
    {
        if (selfSigned && (certificate ?? key) is not null) throw new ArgumentException("--tls-self-signed and --tls-cert exclude each other.");
        if (selfSigned) return new TlsServerOptions { Certificate = TlsCertificate.CreateSelfSigned() };
        if (certificate is not null) return new TlsServerOptions { Certificate = TlsCertificate.FromPemFiles(certificate, key) };
        return key is null ? null : throw new ArgumentException("--tls-key needs --tls-cert.");
    }

    private static async Task<int> RunAsync(Func<WebSocketServerOptions> read, CancellationToken cancellation)
    {
        try
        {
            var options = read();
            await using var server = await WebSocketServer.StartAsync(options, static _ => new EchoActor(), cancellation);
            // Before the line: whoever reads it may signal at once.
            var shutdown = server.WaitForShutdownAsync(cancellation);
            Console.WriteLine($"Listening on {(options.Tls is null ? "ws" : "wss")}://{Authority(options.Host, server)}");
            Terminal.Remark($"[grey]{server.EventLoops.Loops.Count} event loops on {server.EventLoops.Loops[0].BackendName}; Ctrl-C stops[/]");
            await shutdown;
            return Terminal.Success;
        }
        catch (ArgumentException e)
        {
            return Terminal.Fail(e.Message, Terminal.UsageError);
        }
    }

    /// <summary>Takes the names that logs use, and those of the enumeration.</summary>
    private static BackendKind ParseBackend(ArgumentResult argument)
    {
        var name = argument.Tokens[0].Value;
        if (Enum.TryParse<BackendKind>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var kind)) return kind;
        argument.AddError($"\"{name}\" is no backend; use auto, io_uring, epoll or sockets.");
        return default;
    }

    /// <summary>Names the host as it was given: it may have several addresses, which share the port.</summary>
    private static string Authority(string host, WebSocketServer server)
    {
        if (host == "*") host = "0.0.0.0";
        else if (IPAddress.TryParse(host, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6) host = $"[{host}]";
        return $"{host}:{server.EndPoints[0].Port}";
    }
}
