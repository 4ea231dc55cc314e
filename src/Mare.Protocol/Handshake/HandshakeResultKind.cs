// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Says what a request is to the opening handshake.</summary>
public enum HandshakeResultKind
{
    /// <summary>Marks a valid upgrade to WebSocket.</summary>
    Upgrade,

    /// <summary>Marks a valid request that asks for no upgrade: the caller answers it, with 426 or 404.</summary>
    Plain,

    /// <summary>Marks a request that is refused.</summary>
    Refused,
}
