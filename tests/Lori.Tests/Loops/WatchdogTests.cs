// SPDX-License-Identifier: MIT
using Microsoft.Extensions.Logging;

namespace Lori.Tests.Loops;

public sealed class WatchdogTests
{
    private const int CallbackHoldsLoop = 5;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Watchdog_CallbackHoldsItsLoop_NamesItOnceAndAgainAtTwiceTheTime()
    {
        using var server = new MemoryServer();
        using var watchdog = new Watchdog([.. server.Loops.Group.Loops], Second, server.Loops.Clock);
        var peer = server.Connect();
        var counts = new List<int>();
        server.Actor.WhenReceived = (_, _) =>
        {
            void LookAfter(TimeSpan time)
            {
                server.Loops.Clock.Advance(time);
                watchdog.Look();
                counts.Add(server.Log.CountOf(CallbackHoldsLoop));
            }

            LookAfter(TimeSpan.Zero); // first seen here
            LookAfter(Second / 2);
            LookAfter(Second / 2);
            LookAfter(Second / 2);
            LookAfter(Second / 2);
        };
        peer.Send([1]);
        server.Loops.RunUntilIdle();
        Assert.Equal([0, 0, 1, 1, 2], counts);
        var line = server.Log.Lines.First(static l => l.Id == CallbackHoldsLoop);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.StartsWith("OnReceived of RecordingActor has held event loop 0 for 1000 ms", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Watchdog_CallbacksReturnInTime_SaysNothing()
    {
        using var server = new MemoryServer();
        using var watchdog = new Watchdog([.. server.Loops.Group.Loops], Second, server.Loops.Clock);
        var peer = server.Connect();
        server.Actor.WhenReceived = (_, _) =>
        {
            watchdog.Look();
            server.Loops.Clock.Advance(Second * 0.9);
            watchdog.Look();
        };
        for (var i = 0; i < 5; i++)
        {
            peer.Send([1]);
            server.Loops.RunUntilIdle();
            watchdog.Look();
        }

        Assert.Equal(0, server.Log.CountOf(CallbackHoldsLoop));
    }
}
