// SPDX-License-Identifier: MIT
using System.Net.WebSockets;
using Mare;

namespace CloseCodes;

/// <summary>Is one way in which a connection ends: what the client does, or makes the server do.</summary>
internal sealed class Way(string what, Func<Client, Task> act)
{
    public string What => what;

    public TimeSpan IdleTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public async Task RunAsync(WebSocketServer server)
    {
        using var client = await Client.ConnectAsync(server);
        await act(client);
    }
}

internal static class Ways
{
    public static IReadOnlyList<Way> All { get; } =
    [
        new("the client closes with 1000", c => c.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye")),
        new("the client closes with a code of its own", c => c.CloseAsync((WebSocketCloseStatus)4001, "my own code")),
        new("the client closes without a code", c => c.SendFrameAsync(0x88, 0x80, 0, 0, 0, 0)), // FIN and close; masked, empty
        new("the client's TCP connection breaks", c => c.BreakAsync()),

        new("the actor closes", c => c.AskAsync("close")),
        new("the actor closes with a code of its own", c => c.AskAsync("close with 4000")),
        new("the actor closes, the client never answers", c => c.AskAsync("close", answerClose: false)) { CloseTimeout = TimeSpan.FromMilliseconds(500) },
        new("the actor aborts", c => c.AskAsync("abort", answerClose: false)),
        new("the actor throws", c => c.AskAsync("throw")),
        new("nothing happens for the idle time-out", c => c.AnswerCloseAsync()) { IdleTimeout = TimeSpan.FromMilliseconds(200) },
        new("the server stops", c => c.StopServerAsync()),

        new("the client sends text that is not UTF-8", c => c.SendAsync([0xC3, 0x28], WebSocketMessageType.Text)),
        new("the client sends more than MaxMessageSize", c => c.SendAsync(new byte[1001], WebSocketMessageType.Binary)),
        new("the client breaks the protocol", c => c.SendFrameAsync(0x81, 2, (byte)'h', (byte)'i')), // not masked
    ];
}
