// SPDX-License-Identifier: MIT
using Lori;

namespace Mare.Cli.Echo;

/// <summary>Sends every message back, and reads no faster than its peer does.</summary>
internal sealed class EchoActor : WebSocketServerActor
{
    protected override void OnTextMessageUtf8(ReadOnlySpan<byte> utf8) => Pace(Connection.SendText(utf8));

    protected override void OnBinaryMessage(ReadOnlySpan<byte> data) => Pace(Connection.SendBinary(data));

    protected override void OnUnthrottled() => Connection.ResumeReading();

    private void Pace(SendStatus status)
    {
        if (status == SendStatus.AcceptedThrottled) Connection.PauseReading();
    }
}
