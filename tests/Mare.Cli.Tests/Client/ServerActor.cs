// SPDX-License-Identifier: MIT
using Lori;

namespace Mare.Cli.Tests.Client;

/// <summary>
/// Echoes, and does on command what an echo would not: <c>!ping</c>, <c>!close CODE REASON</c>, <c>!late CODE REASON</c> (a message
/// after a while, then the close), <c>!control</c>, <c>!drop</c>.
/// </summary>
internal sealed class ServerActor : WebSocketServerActor
{
    // Long enough to be seen as later, wherever the tests run; nothing depends on how long.
    private static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(300);

    private readonly TaskCompletionSource<(CloseStatus Status, string Reason)> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets or sets what is sent first; null for nothing.</summary>
    public string? Greeting { get; set; }

    /// <summary>Gets how the connection ended, once it has.</summary>
    public Task<(CloseStatus Status, string Reason)> Closed => _closed.Task;

    /// <summary>Gets the same, if it has ended.</summary>
    public (CloseStatus Status, string Reason)? ClosedAs { get; private set; }

    public List<string> Pongs { get; } = [];

    /// <summary>Gets or sets the subprotocol that is chosen; null for none.</summary>
    public string? Subprotocol { get; set; }

    protected override UpgradeDecision OnUpgradeRequest(UpgradeRequest request) => UpgradeDecision.Accept(subprotocol: Subprotocol);

    protected override void OnOpen()
    {
        if (Greeting is not null) Connection.SendText(Greeting);
    }

    protected override void OnTextMessage(string text)
    {
        switch (text.Split(' ', 3))
        {
            case ["!ping", ..]: Ask(); break;
            case ["!close", var code, var reason]: Connection.Close((CloseCode)ushort.Parse(code, System.Globalization.CultureInfo.InvariantCulture), reason); break;
            case ["!drop", ..]: Connection.Abort(); break;
            case ["!late", _, var reason]: this.StartTimer(AWhile, me => me.SayThenClose(reason)); break;
            case ["!control", ..]: Connection.SendText("\x1b[2J\r\a\nsecond line"); break;
            default: Connection.SendText(text); break;
        }
    }

    /// <summary>Sends a message. Any thread.</summary>
    public void Say(string text) => Connection.SendText(text);

    /// <summary>Sends a ping.</summary>
    public void Ask() => Connection.Ping("are you there"u8);

    private void SayThenClose(string reason)
    {
        Connection.SendText("late");
        Connection.Close(CloseCode.Normal, reason);
    }

    protected override void OnBinaryMessage(ReadOnlySpan<byte> data) => Connection.SendBinary(data);

    protected override void OnPong(ReadOnlySpan<byte> payload) => Pongs.Add(System.Text.Encoding.UTF8.GetString(payload));

    protected override void OnClosed(CloseStatus status, string reason)
    {
        ClosedAs = (status, reason);
        _closed.TrySetResult((status, reason));
    }
}
