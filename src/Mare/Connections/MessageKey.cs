// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>
/// Names what a message is the newest of (a price, a position): while it waits for a slow client, the next message of the same
/// key takes its place. Keys are a connection's own.
/// </summary>
/// <param name="Value">Any number; chosen by the sender.</param>
public readonly record struct MessageKey(long Value);
