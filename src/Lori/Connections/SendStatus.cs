// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Says at once what became of a send.</summary>
public enum SendStatus
{
    /// <summary>Accepted: it goes out before any later close, or is counted as unsent when the connection ends.</summary>
    Accepted,

    /// <summary>Accepted, but the peer reads more slowly than this side sends: better wait for the unthrottled callback.</summary>
    AcceptedThrottled,

    /// <summary>Refused: as many bytes wait for this peer as the limit allows.</summary>
    QueueFull,

    /// <summary>Refused: the connection is closing or closed, or not open yet.</summary>
    Closed,
}
