// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Says what a <see cref="ProtocolEvent"/> tells.</summary>
public enum ProtocolEventKind : byte
{
    /// <summary>Nothing: more input is needed.</summary>
    None,

    /// <summary>A text message; the payload is valid UTF-8.</summary>
    Text,

    /// <summary>A binary message.</summary>
    Binary,

    /// <summary>A ping, to be answered with a pong of the same payload.</summary>
    Ping,

    /// <summary>A pong.</summary>
    Pong,

    /// <summary>The peer's close frame; the payload is its reason. To be answered with
    /// <see cref="WebSocketProtocol.AnswerClose"/>.</summary>
    Close,

    /// <summary>The peer broke the protocol or a limit. To be answered with
    /// <see cref="WebSocketProtocol.FailClose"/>.</summary>
    Failed,
}
