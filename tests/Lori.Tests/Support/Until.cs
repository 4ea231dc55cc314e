// SPDX-License-Identifier: MIT
namespace Lori.Tests;

/// <summary>Is what a test's callback waits for.</summary>
internal static class Until
{
    /// <summary>Waits for what never comes: only its token ends it, and no clock runs.</summary>
    public static Task CancelledAsync(CancellationToken token) => new TaskCompletionSource().Task.WaitAsync(token);
}
