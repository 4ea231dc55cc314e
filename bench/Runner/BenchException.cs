// SPDX-License-Identifier: MIT
namespace Mare.Bench.Runner;

/// <summary>Says why there is no result: a server that does not start, a load that fails, a program that is missing.</summary>
internal sealed class BenchException(string message) : Exception(message);
