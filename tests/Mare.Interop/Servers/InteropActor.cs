// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Mare.Interop.Servers;

/// <summary>Echoes, and does on command what an echo never would: the text <c>/close CODE REASON</c> makes this side
/// close, <c>/ping DATA</c> makes it ping and send <c>/pong DATA</c> when the pong is there.</summary>
internal sealed class InteropActor(InteropServer server, string name) : WebSocketServerActor
{
    private const string Subprotocol = "chat.v2";
    private const string CloseCommand = "/close ";
    private const string PingCommand = "/ping ";

    protected override UpgradeDecision OnUpgradeRequest(UpgradeRequest request) =>
        request.Subprotocols.Contains(Subprotocol) ? UpgradeDecision.Accept(subprotocol: Subprotocol) : true;

    protected override void OnTextMessageUtf8(ReadOnlySpan<byte> utf8)
    {
        if (utf8.StartsWith(Encoding.ASCII.GetBytes(CloseCommand)))
            CloseAsTold(Encoding.UTF8.GetString(utf8[CloseCommand.Length..]));
        else if (utf8.StartsWith(Encoding.ASCII.GetBytes(PingCommand)))
            Connection.Ping(utf8[PingCommand.Length..]);
        else
            Connection.SendText(utf8);
    }

    protected override void OnBinaryMessage(ReadOnlySpan<byte> data) => Connection.SendBinary(data);

    protected override void OnPong(ReadOnlySpan<byte> payload) =>
        Connection.SendText($"/pong {Encoding.UTF8.GetString(payload)}");

    // An echo that is not read must not grow: take no more until it is.
    protected override void OnThrottled() => Connection.PauseReading();

    protected override void OnUnthrottled() => Connection.ResumeReading();

    protected override void OnClosed(CloseStatus status, string reason) => server.Closed(name, status, reason);

    private void CloseAsTold(string command)
    {
        var words = command.Split(' ', 2);
        var code = (CloseCode)ushort.Parse(words[0], CultureInfo.InvariantCulture);
        Connection.Close(code, words.ElementAtOrDefault(1) ?? "");
    }
}
