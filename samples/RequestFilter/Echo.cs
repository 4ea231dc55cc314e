// SPDX-License-Identifier: MIT
using Mare;

namespace RequestFilter;

/// <summary>Sends every text back, to whoever has passed the server's own checks.</summary>
internal sealed class Echo : WebSocketServerActor
{
    protected override void OnTextMessageUtf8(ReadOnlySpan<byte> utf8) => Connection.SendText(utf8);
}
