// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Says how the WebSocket connections of a server that drained have ended.</summary>
/// <param name="Clean">How many closed cleanly: close frames went both ways.</param>
/// <param name="Lost">How many ended without that before the time was over: the peer was gone, or did not answer in <see cref="WebSocketServerOptions.CloseTimeout"/>.</param>
/// <param name="Dropped">How many were left at the end of the time, and dropped.</param>
public readonly record struct DrainReport(int Clean, int Lost, int Dropped);
