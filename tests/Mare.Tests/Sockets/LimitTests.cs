// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using Mare.Tests.Connections;

namespace Mare.Tests.Sockets;

/// <summary>The limits against the kernel: thousands of slow requests, and clients that never read.</summary>
public sealed class LimitTests
{
    private const int Many = 5000;
    private const int Descriptors = (2 * Many) + 1000;

    [Theory]
    [InlineData(BackendKind.Epoll)]
    [InlineData(BackendKind.Sockets)]
    public async Task Clients_ThatSendAByteNowAndThen_HoldUpNobody(BackendKind backend)
    {
        if (MostDescriptors() < Descriptors) Assert.Skip($"A process may have fewer than {Descriptors} descriptors here: raise `ulimit -n`.");
        await using var server = await SocketServer.StartAsync(backend, static a => a.Hook = MessageTests.Echo, static o =>
        {
            // A loaded machine takes its time with so many; nobody is to be given up meanwhile.
            o.HandshakeTimeout = TimeSpan.FromMinutes(10);
            o.KeepAlive.Interval = Timeout.InfiniteTimeSpan;
        });
        using var normal = await server.OpenAsync();
        var slow = new List<Socket>(Many);
        try
        {
            for (var i = 0; i < Many; i++)
            {
                slow.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                await slow[i].ConnectAsync(server.Server.EndPoints[0].Address, TestContext.Current.CancellationToken);
            }

            var request = Requests.Upgrade();
            for (var round = 0; round < 3; round++)
            {
                foreach (var socket in slow) Assert.Equal(1, socket.Send(request.AsSpan(round, 1), SocketFlags.None, out _));
                // Within the deadline of each step, which is all that a test may say of time.
                await normal.SendAsync(ClientFrames.Binary([(byte)round]));
                Assert.Equal([(byte)round], (await normal.ReadFrameAsync()).Payload);
                using var newcomer = await server.OpenAsync();
                await newcomer.SendAsync(ClientFrames.Close());
                Assert.Equal(1000, (await newcomer.ReadFrameAsync()).CloseCode);
            }

            Assert.Equal(Many, server.Server.Admission.Taken.Handshakes);
        }
        finally
        {
            foreach (var socket in slow) socket.Dispose();
        }
    }

    [Theory]
    [InlineData(SlowPeerPolicy.Refuse)]
    [InlineData(SlowPeerPolicy.Close)]
    [InlineData(SlowPeerPolicy.DropOldest)]
    public async Task Client_ThatNeverReads_IsTreatedByThePolicyInBoundedMemory(SlowPeerPolicy policy)
    {
        const int Size = 50_000;
        const int Limit = 500_000;
        await using var server = await SocketServer.StartAsync(BackendKind.Epoll, null, o =>
        {
            (o.Connection.MaxQueuedBytes, o.SlowPeerPolicy) = (Limit, policy);
            // The kernel would take megabytes by itself.
            o.Connection.SendBufferSize = 64 * 1024;
        });
        using var client = await server.OpenAsync();
        var connection = server.Actors[0].Connection;
        var (full, most) = await OnLoopAsync(server.Actors[0], a => Fill(a, Size, policy));
        Assert.True(full, "The kernel took it all.");
        // The queue, the water mark, and the message that passed it.
        Assert.InRange(most, Limit - Size, Limit + (64 * 1024) + Size + 1000);
        var statistics = server.Server.Statistics;
        switch (policy)
        {
            case SlowPeerPolicy.Refuse:
                Assert.Equal((1L, 0L), (statistics.SendsRefused, statistics.MessagesDropped));
                break;
            case SlowPeerPolicy.DropOldest:
                Assert.Equal(statistics.MessagesDropped, await OnLoopAsync(server.Actors[0], static a => a.Connection.DroppedMessages));
                Assert.InRange(statistics.MessagesDropped, 1, 10_000);
                break;
            default:
                // It reads after all, and finds everything and the reason behind it.
                Assert.Equal(1, statistics.SlowPeersClosed);
                ServerFrame frame;
                while ((frame = await client.ReadFrameAsync()).Opcode != Protocol.Opcode.Close) Assert.Equal(Size, frame.Payload.Length);
                Assert.Equal(1013, frame.CloseCode);
                await client.SendAsync(ClientFrames.Close(1013));
                await server.WhenActorsEndedAsync();
                Assert.Equal((0L, true), (server.Actors[0].UnsentBytes, server.Actors[0].ClosedCleanly));
                return;
        }

        client.Reset();
        await server.WhenActorsEndedAsync();
        Assert.InRange(server.Actors[0].UnsentBytes, Limit - Size, Limit + (64 * 1024) + Size + 1000);
        Assert.False(connection.IsOpen);
    }

    [Theory]
    [InlineData(BackendKind.Epoll)]
    [InlineData(BackendKind.Sockets)]
    public async Task Drain_WithPeersThatNeverAnswer_DropsThemAtItsEnd(BackendKind backend)
    {
        await using var server = await SocketServer.StartAsync(backend);
        using var silent = await server.OpenAsync();
        using var polite = await server.OpenAsync();
        var drain = server.Server.DrainAsync(new DrainOptions { Timeout = TimeSpan.FromSeconds(1) });
        Assert.Equal(1001, (await polite.ReadFrameAsync()).CloseCode);
        await polite.SendAsync(ClientFrames.Close(1001));
        Assert.Equal(new DrainReport(Clean: 1, Lost: 0, Dropped: 1), await drain.WaitAsync(SocketServer.Deadline, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(BackendKind.Epoll)]
    [InlineData(BackendKind.Sockets)]
    public async Task Limits_AcrossReconnects_AreGivenBack(BackendKind backend)
    {
        await using var server = await SocketServer.StartAsync(backend, null, static o =>
        {
            (o.ConnectionLimits.MaxConnections, o.ConnectionLimits.MaxConnectionsPerAddress, o.ConnectionLimits.CountLoopback) = (1, 1, true);
            (o.ConnectionLimits.MaxHandshakes, o.ConnectionLimits.MaxTcpConnections) = (1, 1);
        });
        for (var i = 0; i < 50; i++)
        {
            using (var client = await server.OpenAsync())
            {
                if (i % 2 == 0) client.Reset();
            }

            await server.WhenActorsEndedAsync();
        }

        Assert.Equal((0, 0, 0, 0), server.Server.Admission.Taken);
        Assert.Equal(default, server.Server.Statistics);
    }

    /// <summary>Sends until the policy has shown itself; tells whether it did, and how much waited at most.</summary>
    private static (bool Full, long Most) Fill(ProbeActor actor, int size, SlowPeerPolicy policy)
    {
        var (message, most) = (new byte[size], 0L);
        for (var i = 0; i < 10_000; i++)
        {
            var status = actor.Connection.SendBinary(message);
            most = Math.Max(most, actor.Connection.UnsentBytes);
            if (status == (policy == SlowPeerPolicy.Close ? SendStatus.Closed : SendStatus.QueueFull) || actor.Connection.DroppedMessages > 100) return (true, most);
        }

        return (false, most);
    }

    private static Task<T> OnLoopAsync<T>(ProbeActor actor, Func<ProbeActor, T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(actor.Post(
            static (a, s) =>
            {
                try
                {
                    s.done.SetResult(s.work(a));
                }
                catch (Exception e)
                {
                    s.done.SetException(e);
                }
            },
            (work, done)));
        return done.Task.WaitAsync(SocketServer.Deadline);
    }

    private static long MostDescriptors()
    {
        if (!File.Exists("/proc/self/limits")) return long.MaxValue;
        var line = File.ReadLines("/proc/self/limits").First(static l => l.StartsWith("Max open files", StringComparison.Ordinal));
        return long.TryParse(line["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], out var most) ? most : long.MaxValue;
    }
}
