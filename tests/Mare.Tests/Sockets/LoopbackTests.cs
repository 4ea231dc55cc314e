// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Protocol;
using Mare.Tests.Connections;

namespace Mare.Tests.Sockets;

/// <summary>What needs the kernel: resets, lingering, many descriptors. On each kind of loop that serves sockets.</summary>
public abstract class LoopbackTests(BackendKind? backend)
{
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(70_000)]
    [InlineData(1_000_000)]
    public async Task Message_OfEachSize_ComesBack(int length)
    {
        await using var server = await StartAsync(static a => a.Hook = MessageTests.Echo);
        using var client = await server.OpenAsync();
        var data = new byte[length];
        new Random(length).NextBytes(data);
        var send = client.SendAsync(ClientFrames.Binary(data));
        Assert.Equal(data, (await client.ReadFrameAsync()).Payload);
        await send;
        await CloseAsync(client);
        await server.WhenActorsEndedAsync();
        Assert.True(server.Actors[0].ClosedCleanly);
    }

    [Fact]
    public async Task Failed_WithUnreadInput_TheCloseFrameStillArrives()
    {
        await using var server = await StartAsync();
        using var client = await server.OpenAsync();
        await client.SendAsync(new byte[] { 0xc1, 0x80 });
        await client.SendAsync(new byte[4_000_000]);
        Assert.Equal(1002, (await client.ReadFrameAsync()).CloseCode);
        await client.ReadEndAsync();
    }

    [Fact]
    public async Task Closed_WithUnreadInput_TheCloseFrameStillArrives()
    {
        await using var server = await StartAsync(static a => a.Hook = static (a, name) =>
        {
            if (name == "OnOpen") a.Connection.PauseReading();
            if (name == "OnTextMessage") a.Connection.Close(CloseCode.PolicyViolation);
        });
        using var client = await server.OpenAsync();
        await client.SendAsync(ClientFrames.Text("first"));
        await client.SendAsync(ClientFrames.Binary(new byte[200_000]));
        Assert.True(server.Actors[0].Post(static a => a.Connection.ResumeReading()));
        Assert.Equal(1008, (await client.ReadFrameAsync()).CloseCode);
        await client.SendAsync(ClientFrames.Close(1008));
        await client.ReadEndAsync();
    }

    [Fact]
    public async Task Refused_WithUnreadInput_The431StillArrives()
    {
        await using var server = await StartAsync();
        using var client = await server.ConnectAsync();
        await client.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nX: " + new string('a', 4_000_000)));
        Assert.Equal(431, (await client.ReadAnswerAsync()).Status);
        await client.ReadEndAsync();
        Assert.Empty(server.Actors);
    }

    [Fact]
    public async Task Sends_ToAPeerThatStopsReading_AreThrottledThenAllArrive()
    {
        var statuses = new List<SendStatus>();
        await using var server = await StartAsync(a => a.Hook = (a, name) =>
        {
            if (name != "OnTextMessage") return;
            do statuses.Add(a.Connection.SendBinary(new byte[50_000]));
            while (statuses[^1] != SendStatus.QueueFull);
            a.Connection.Close();
        });
        using var client = await server.OpenAsync();
        await client.SendAsync(ClientFrames.Text("go"));
        var frames = 0;
        for (; (await client.ReadFrameAsync()).Opcode == Opcode.Binary; frames++)
        {
            // All that was accepted, then the close frame.
        }

        await CloseAsync(client);
        await server.WhenActorsEndedAsync();
        Assert.Equal(statuses.Count(static s => s.IsAccepted()), frames);
        Assert.Contains(SendStatus.AcceptedThrottled, statuses);
        Assert.Equal(0, server.Actors[0].UnsentBytes);
    }

    [Fact]
    public async Task Connections_TwoThousandOpenedAndResetAtOnce_LeaveNothing()
    {
        await using var server = await StartAsync(static a => a.Hook = MessageTests.Echo);
        var clients = await Task.WhenAll(Enumerable.Range(0, 2000).Select(async i =>
        {
            await Task.Yield();
            // Some never finish their request, some are in the middle of a message.
            if (i % 4 != 0) return await server.OpenAsync();
            var client = await server.ConnectAsync();
            await client.SendAsync(Requests.Upgrade().AsMemory(0, 50));
            return client;
        }));
        Assert.Equal(1500, server.Server.ConnectionCount);
        var partial = ClientFrames.Binary(new byte[5000]).AsMemory(0, 3000);
        await Task.WhenAll(clients.Where(static (_, i) => i % 4 == 1).Select(c => c.SendAsync(partial)));
        Parallel.ForEach(clients, static c => c.Reset());
        await server.WhenActorsEndedAsync();
        Assert.Equal(0, server.Server.ConnectionCount);
        Assert.All(server.Actors, static a => Assert.Equal(CloseStatus.AbnormalClosure, a.Status));

        using var next = await server.OpenAsync();
        await next.SendAsync(ClientFrames.Binary([42]));
        Assert.Equal([42], (await next.ReadFrameAsync()).Payload);
        await CloseAsync(next);
    }

    [Fact]
    public async Task Stop_WithPeersThatDoAndDoNotAnswer_EndsAll()
    {
        await using var server = await StartAsync();
        using var good = await server.OpenAsync();
        using var bad = await server.OpenAsync();
        var stop = server.Server.StopAsync(TimeSpan.FromMilliseconds(300));
        Assert.Equal(1001, (await good.ReadFrameAsync()).CloseCode);
        await CloseAsync(good, 1001);
        await stop.WaitAsync(SocketServer.Deadline, TestContext.Current.CancellationToken);
        Assert.Equal([true, false], server.Actors.Select(static a => a.ClosedCleanly));
    }

    private protected Task<SocketServer> StartAsync(Action<ProbeActor>? prepare = null, Action<WebSocketServerOptions>? configure = null) =>
        SocketServer.StartAsync(backend, prepare, configure);

    private protected static async Task CloseAsync(SocketClient client, int code = 1000)
    {
        await client.SendAsync(ClientFrames.Close(code));
        await client.ReadEndAsync();
        client.Dispose();
    }
}
