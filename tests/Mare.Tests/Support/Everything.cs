// SPDX-License-Identifier: MIT
namespace Mare.Tests;

/// <summary>Makes every callback of an open connection happen that can still happen.</summary>
internal static class Everything
{
    /// <summary>
    /// Text, binary, pong, throttled, unthrottled, post, timer, and last idle (where <see cref="WebSocketServerOptions.IdleTimeout"/>
    /// is 30 seconds). Ends early, in peace, when the connection ends.
    /// </summary>
    public static void Provoke(MemoryServer server, MemoryClient client)
    {
        var actor = server.Actor;
        Action[] steps =
        [
            () => client.Send(ClientFrames.Text("text")),
            () => client.Send(ClientFrames.Binary([1])),
            () => client.Send(ClientFrames.Pong("pong")),
            () => Throttle(server, client, actor),
            () => server.OnLoop(static a => a.Run("Post")),
            () => server.OnLoop(static a => a.StartTimer(TimeSpan.FromSeconds(1), static a => a.Run("Timer"))),
            () => server.Advance(1),
            () => server.Advance(30),
        ];
        foreach (var step in steps)
        {
            if (!actor.Connection.IsOpen) return;
            step();
        }
    }

    private static void Throttle(MemoryServer server, MemoryClient client, ProbeActor actor)
    {
        client.Peer.StopReading();
        server.OnLoop(static a =>
        {
            while (a.Connection.SendBinary(new byte[16_000]) == SendStatus.Accepted)
            {
                // Until the window and the wire are full.
            }
        });
        client.ResumeReading();
        Assert.False(actor.Connection.IsThrottled);
    }
}
