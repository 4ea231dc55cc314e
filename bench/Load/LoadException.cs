// SPDX-License-Identifier: MIT
namespace Mare.Bench.Load;

/// <summary>Says why a run has no result: a wrong argument, a refused handshake, a wrong echo, a lost connection.</summary>
internal sealed class LoadException(string message) : Exception(message);
