// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using Mare.Cli.Connect;

namespace Mare.Cli.Bench;

/// <summary>Is the server under load: WebSocket, or TCP that sends back what it gets (the floor under a WebSocket echo).</summary>
/// <param name="Url">The URL, for people.</param>
/// <param name="Host">The host to connect to.</param>
/// <param name="Port">The port.</param>
/// <param name="WebSocket">Where the opening handshake leads; null for plain TCP.</param>
internal sealed record BenchTarget(string Url, string Host, int Port, ConnectTarget? WebSocket)
{
    private const string TcpScheme = "tcp";

    /// <summary>Reads a URL: what <see cref="ConnectTarget"/> reads, and <c>tcp://HOST:PORT</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out BenchTarget? target, [NotNullWhen(false)] out string? error)
    {
        target = null;
        error = null;
        if (text.StartsWith($"{TcpScheme}://", StringComparison.OrdinalIgnoreCase))
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Port > 0 && uri.PathAndQuery is "/" or "" && uri.Host.Length > 0)
                target = new BenchTarget(text, uri.IdnHost, uri.Port, null);
            else
                error = $"'{text}' is no address of a TCP server: use tcp://HOST:PORT.";
        }
        else if (ConnectTarget.TryParse(text, out var webSocket, out error))
        {
            target = new BenchTarget(webSocket.Url, webSocket.Host, webSocket.Port, webSocket);
        }

        return target is not null;
    }
}
