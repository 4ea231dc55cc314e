// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Cli.Client;
using Mare.Protocol;

namespace Mare.Cli.Tests.Client;

/// <summary>Is a client that writes down what it hears.</summary>
internal sealed class RecordingClient(ClientHandshake handshake, WebSocketClientOptions? options = null)
    : WebSocketClient(handshake, options ?? new WebSocketClientOptions())
{
    public List<string> Calls { get; } = [];

    public List<byte[]> Binaries { get; } = [];

    public WebSocketClientEnd? Ending { get; private set; }

    public Action<RecordingClient>? WhenOpen { get; set; }

    public new void Ping(ReadOnlySpan<byte> payload) => base.Ping(payload);

    public new void Close(CloseCode? code = CloseCode.Normal, string reason = "") => base.Close(code, reason);

    protected override void OnOpen(string? subprotocol)
    {
        Calls.Add($"open {subprotocol}".TrimEnd());
        WhenOpen?.Invoke(this);
    }

    protected override void OnTextMessage(ReadOnlySpan<byte> utf8) => Calls.Add($"text {Encoding.UTF8.GetString(utf8)}");

    protected override void OnBinaryMessage(ReadOnlySpan<byte> data)
    {
        Calls.Add($"binary {data.Length}");
        Binaries.Add(data.ToArray());
    }

    protected override void OnPong(ReadOnlySpan<byte> payload) => Calls.Add($"pong {Encoding.UTF8.GetString(payload)}");

    protected override void OnEnded(WebSocketClientEnd end)
    {
        Calls.Add("end");
        Ending = end;
    }
}
