// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Says what a frame's payload is. RFC 6455 section 5.2; 3-7 and 11-15 are reserved.</summary>
public enum Opcode : byte
{
    /// <summary>Continues the message that an earlier frame began.</summary>
    Continuation = 0x0,

    /// <summary>Begins a message of UTF-8 text.</summary>
    Text = 0x1,

    /// <summary>Begins a message of bytes.</summary>
    Binary = 0x2,

    /// <summary>Starts or answers the closing handshake; a control frame.</summary>
    Close = 0x8,

    /// <summary>Asks for a pong; a control frame.</summary>
    Ping = 0x9,

    /// <summary>Answers a ping, or comes unasked; a control frame.</summary>
    Pong = 0xA,
}
