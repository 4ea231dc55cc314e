// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace Lori.Tests.Connections;

/// <summary>What only the kernel can show, descriptors too. On each backend that listens on sockets.</summary>
public abstract class RealSocketTests(BackendKind backend) : AdoptedSocketTests(count => RealLoops.Start(count, backend))
{
    [Fact]
    public async Task Reset_WhileReadingIsPausedAndBytesWait_IsNoticed()
    {
        var (client, server) = Pair();
        var actor = new EchoActor { WhenStarted = static a => a.Connection.PauseReading() };
        actor.Adopt(Loops.Next(), server);
        await actor.Started.WaitAsync(Client.Deadline, TestContext.Current.CancellationToken);
        client.Send(new byte[1000]);
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        Assert.Equal(CloseCause.Broken, await actor.Closed.WaitAsync(Client.Deadline, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Connections_ManyOpenedAndResetAtOnce_LeaveNothing()
    {
        var opened = 0;
        var listener = new TestListener(Loops, _ =>
        {
            opened++;
            return new EchoActor();
        });
        await listener.ListenAsync(new ListenOptions { Host = "127.0.0.1", Backlog = 4096 });
        for (var i = 0; i < 2000; i++)
        {
            using var client = Client.Connect(listener.EndPoints[0]);
            client.Send([1, 2, 3]);
            client.LingerState = new LingerOption(true, 0);
        }

        Client.AssertEchoes(listener.EndPoints[0]);
        var deadline = TimeProvider.System.GetTimestamp();
        while (Loops.Loops.Sum(static l => l.ConnectionCount) > 0)
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(deadline) < Client.Deadline,
                $"{Loops.Loops.Sum(static l => l.ConnectionCount)} of {opened} connections are still there");
            await Task.Yield();
        }
    }
}
