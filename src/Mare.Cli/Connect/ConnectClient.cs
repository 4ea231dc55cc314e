// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Lori;
using Mare.Cli.Client;
using Mare.Protocol;

namespace Mare.Cli.Connect;

/// <summary>Is the connection of <c>mare connect</c>: shows what it receives.</summary>
internal sealed partial class ConnectClient(ConnectSettings settings, ConnectOutput output)
    : WebSocketClient(settings.Handshake, settings.Client)
{
    private readonly TaskCompletionSource<bool> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<WebSocketClientEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<(string Payload, long SentAt)> _pings = new();
    private bool _awaitsAnswer;

    /// <summary>Gets whether the connection opened, once that is known.</summary>
    public Task<bool> Opened => _opened.Task;

    /// <summary>Gets how the connection ended, once it has.</summary>
    public Task<WebSocketClientEnd> Ended => _ended.Task;

    /// <summary>Gets whether the one answer came that <see cref="ConnectSettings.Once"/> asks for. Once it has ended.</summary>
    public bool WasAnswered { get; private set; }

    /// <summary>Sends the one message; the next that comes is the answer, after which this side closes. Any thread.</summary>
    public void SendOnce(InputLine message) => this.Post(
        static (me, m) =>
        {
            me._awaitsAnswer = true;
            me.Send(OpcodeOf(m), m.Payload, new TaskCompletionSource<bool>());
        },
        message);

    /// <summary>Sends a message, and waits while the server reads more slowly. Any thread.</summary>
    /// <returns>False when the connection is not open.</returns>
    public Task<bool> SendAsync(InputLine message) => SendAsync(OpcodeOf(message), message.Payload);

    /// <summary>Sends a ping, and remarks on its pong. Any thread.</summary>
    public void SendPing(byte[] payload) => this.Post(
        static (me, payload) =>
        {
            me._pings.Enqueue((Encoding.UTF8.GetString(payload), me.Loop.TimeProvider.GetTimestamp()));
            me.Ping(payload);
        },
        payload);

    /// <summary>Closes. Any thread.</summary>
    public void BeginClose(CloseCode code = CloseCode.Normal, string reason = "") =>
        this.Post(static (me, s) => me.Close(s.code, s.reason), (code, reason));

    protected override void OnOpen(string? subprotocol)
    {
        output.Remark($"Connected to {settings.Target.Url}{(subprotocol is null ? "" : $", subprotocol {subprotocol}")}");
        _opened.SetResult(true);
    }

    protected override void OnTextMessage(ReadOnlySpan<byte> utf8)
    {
        if (!Takes()) return;
        try
        {
            output.ShowText(utf8);
        }
        catch (IOException)
        {
            LoseReader();
        }
    }

    protected override void OnBinaryMessage(ReadOnlySpan<byte> data)
    {
        if (!Takes()) return;
        try
        {
            output.ShowBinary(data);
        }
        catch (IOException)
        {
            LoseReader();
        }
    }

    protected override void OnPong(ReadOnlySpan<byte> payload)
    {
        if (_draining && payload.SequenceEqual(Barrier)) PassBarrier();
        var text = Encoding.UTF8.GetString(payload);
        // A server may answer only the last of several pings. RFC 6455, section 5.5.3.
        while (_pings.TryDequeue(out var ping))
        {
            if (ping.Payload != text) continue;
            var time = Loop.TimeProvider.GetElapsedTime(ping.SentAt).TotalMilliseconds;
            output.Remark(string.Create(CultureInfo.InvariantCulture, $"Pong{(text.Length > 0 ? $" '{text}'" : "")} after {time:0.0} ms"));
            return;
        }
    }

    protected override void OnEnded(WebSocketClientEnd end)
    {
        _opened.TrySetResult(false);
        _ended.SetResult(end);
    }

    /// <summary>Decides whether a message is shown; closes after the one answer.</summary>
    private bool Takes()
    {
        KeepDraining();
        if (!settings.Once) return true;
        if (!_awaitsAnswer) return false;
        _awaitsAnswer = false;
        WasAnswered = true;
        Close();
        return true;
    }

    /// <summary>Closes since nobody reads what is received (<c>| head -1</c>): not an error.</summary>
    private void LoseReader() => Close();

    private static Opcode OpcodeOf(InputLine message) => message.Kind == InputKind.Binary ? Opcode.Binary : Opcode.Text;
}
