// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Says where in its life a connection is. RFC 6455 sections 4 and 7.</summary>
public enum ProtocolState : byte
{
    /// <summary>The opening handshake is under way: no frames yet.</summary>
    Handshaking,

    /// <summary>Messages go both ways.</summary>
    Open,

    /// <summary>A close frame was sent or came, or the peer broke the protocol: no message is sent any more.</summary>
    Closing,

    /// <summary>Nothing is read or written any more.</summary>
    Closed,
}
