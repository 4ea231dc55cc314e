// SPDX-License-Identifier: MIT
namespace Mare.Conformance.Servers;

/// <summary>Echoes, and speaks the subprotocol chat.v2 to whom offers it.</summary>
internal sealed class EchoActor : WebSocketServerActor
{
    private const string Subprotocol = "chat.v2";

    protected override UpgradeDecision OnUpgradeRequest(UpgradeRequest request) => request switch
    {
        { Path: EchoServer.DeniedPath } => false,
        _ when request.Subprotocols.Contains(Subprotocol) => UpgradeDecision.Accept(subprotocol: Subprotocol),
        _ => true,
    };

    protected override void OnTextMessageUtf8(ReadOnlySpan<byte> utf8) => Connection.SendText(utf8);

    protected override void OnBinaryMessage(ReadOnlySpan<byte> data) => Connection.SendBinary(data);

    // An echo that is not read must not grow: take no more until it is.
    protected override void OnThrottled() => Connection.PauseReading();

    protected override void OnUnthrottled() => Connection.ResumeReading();
}
