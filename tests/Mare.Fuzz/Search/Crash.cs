// SPDX-License-Identifier: MIT
namespace Mare.Fuzz.Search;

/// <summary>Is an input that a target does not bear, trimmed, with what came of it.</summary>
/// <param name="Input">The input.</param>
/// <param name="SplitSeed">The seed of the split that it takes; null when it is among those that a test tries.</param>
/// <param name="Exception">What was thrown.</param>
internal sealed record Crash(byte[] Input, int? SplitSeed, Exception Exception);
