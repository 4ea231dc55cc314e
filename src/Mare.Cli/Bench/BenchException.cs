// SPDX-License-Identifier: MIT
namespace Mare.Cli.Bench;

/// <summary>Says why a run has no result: a refused handshake, a wrong echo, lost connections.</summary>
internal sealed class BenchException(string message) : Exception(message);
