// SPDX-License-Identifier: MIT
using Lori;

namespace Mare;

/// <summary>
/// Says what becomes of a message to a client that reads too slowly: one for which the queue has no room
/// (<see cref="TcpConnectionOptions.MaxQueuedBytes"/>).
/// </summary>
public enum SlowPeerPolicy
{
    /// <summary>It is refused: the send answers <see cref="SendStatus.QueueFull"/>, and the sender decides.</summary>
    Refuse,

    /// <summary>
    /// The connection is closed with 1013 (try again later), behind all that was accepted; the send, and all later ones,
    /// answer <see cref="SendStatus.Closed"/>.
    /// </summary>
    Close,

    /// <summary>
    /// The oldest messages that wait are dropped until it fits; the send answers <see cref="SendStatus.AcceptedThrottled"/>.
    /// <see cref="WebSocketConnection.DroppedMessages"/> counts them.
    /// </summary>
    DropOldest,
}
