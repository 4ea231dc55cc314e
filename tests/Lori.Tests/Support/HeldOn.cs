// SPDX-License-Identifier: MIT
namespace Lori.Tests;

/// <summary>Asks loops that run by themselves what they have lent out.</summary>
internal static class HeldOn
{
    /// <summary>Gets what a loop has lent out and not got back, on that loop.</summary>
    public static Task<string> LoopAsync(EventLoop loop)
    {
        var held = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        // One of the blocks is the loop's own.
        loop.Post(
            static s => s.held.SetResult(
                $"{s.loop.ConnectionCount} connections, {s.loop.Buffers.Rented} buffers, {s.loop.Blocks.Rented - 1} blocks"),
            (loop, held));
        return held.Task.WaitAsync(Client.Deadline, TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until a loop has lent out just that: what is under way comes back in a later turn.</summary>
    public static async Task WaitForAsync(string expected, EventLoop loop)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var held = await LoopAsync(loop); held != expected; held = await LoopAsync(loop))
        {
            if (TimeProvider.System.GetElapsedTime(began) > Client.Deadline)
                Assert.Fail($"the loop was to hold {expected}, and holds {held} after {Client.Deadline.TotalSeconds} s");
        }
    }

    /// <summary>Sees to it that loops hold nothing.</summary>
    public static async Task AssertNothingAsync(EventLoopGroup loops)
    {
        foreach (var loop in loops.Loops) Assert.Equal("0 connections, 0 buffers, 0 blocks", await LoopAsync(loop));
    }
}
