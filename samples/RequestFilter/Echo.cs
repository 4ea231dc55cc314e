// SPDX-License-Identifier: MIT
using Mare;

namespace RequestFilter;

/// <summary>Sends every text back, to pages that this machine served and to what is no page.</summary>
internal sealed class Echo : WebSocketServerActor
{
    // A browser lets any page open a WebSocket to any server and says, in Origin, whose page it is: whoever has users that
    // are logged in, or listens on localhost, has to look. What is no browser sends no Origin, or any that it likes.
    protected override UpgradeDecision OnUpgradeRequest(UpgradeRequest request) =>
        request.Headers["Origin"] is not { } origin || (Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.IsLoopback);

    protected override void OnTextMessageUtf8(ReadOnlySpan<byte> utf8) => Connection.SendText(utf8);
}
