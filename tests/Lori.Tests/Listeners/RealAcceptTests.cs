// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Tests.Listeners;

/// <summary>Accepts on real sockets, of each backend: floods, refusals, and what waits when listening ends.</summary>
public abstract class RealAcceptTests(BackendKind backend) : IDisposable
{
    private readonly EventLoopGroup _loops = RealLoops.Start(3, backend);

    public void Dispose()
    {
        _loops.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Connections_MoreAtOnceThanATurnAccepts_AreAllServedAndSpread()
    {
        // A turn accepts 64 from one listener.
        const int Count = 300;
        var listener = await ListenAsync(static _ => new EchoActor());
        var clients = Enumerable.Range(0, Count).Select(_ => Client.Connect(listener.EndPoints[0])).ToList();
        foreach (var client in clients) Client.AssertEchoes(client);
        Assert.Equal([Count / 3, Count / 3, Count / 3], _loops.Loops.Select(static l => l.ConnectionCount));
        foreach (var client in clients) client.Dispose();
    }

    [Fact]
    public async Task OnAccept_ReturnsNull_EndsTheConnection()
    {
        var listener = await ListenAsync(static _ => null);
        using var client = Client.Connect(listener.EndPoints[0]);
        Assert.Empty(Client.ReadToEnd(client));
        Assert.Equal(0, _loops.Loops.Sum(static l => l.ConnectionCount));
    }

    [Fact]
    public async Task Peer_ResetWhileItWaitsToBeAccepted_TouchesNoOther()
    {
        var holding = new ManualResetEventSlim();
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var listener = await ListenAsync(static _ => new EchoActor());
        _loops.Loops[0].Post(
            _ =>
            {
                held.SetResult();
                Assert.True(holding.Wait(Client.Deadline));
            },
            0);
        await held.Task.WaitAsync(Client.Deadline, TestContext.Current.CancellationToken);
        // The loop that accepts cannot, until all these are gone again.
        for (var i = 0; i < 20; i++)
        {
            using var client = Client.Connect(listener.EndPoints[0]);
            client.Send([1]);
            client.LingerState = new LingerOption(true, 0);
        }

        holding.Set();
        Client.AssertEchoes(listener.EndPoints[0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(39)]
    public async Task StopListening_WhileConnectionsCome_EndsEachThatIsNotAccepted(int before)
    {
        var listener = await ListenAsync(static _ => new EchoActor());
        var endPoint = listener.EndPoints[0];
        var reached = new TaskCompletionSource();
        var connecting = Task.Run(() => ConnectUntilRefused(endPoint, 40, before, reached), TestContext.Current.CancellationToken);
        await reached.Task.WaitAsync(Client.Deadline, TestContext.Current.CancellationToken);
        await listener.StopListeningAsync().WaitAsync(Client.Deadline, TestContext.Current.CancellationToken);
        // Accepted, it echoes; not accepted any more, it was reset. None is left hanging.
        foreach (var client in await connecting.WaitAsync(Client.Deadline, TestContext.Current.CancellationToken))
        {
            EchoOrEnd(client);
            client.Dispose();
        }
    }

    private static List<Socket> ConnectUntilRefused(EndPoint endPoint, int most, int mark, TaskCompletionSource reached)
    {
        var clients = new List<Socket>();
        try
        {
            while (clients.Count < most)
            {
                if (clients.Count == mark) reached.SetResult();
                clients.Add(Client.Connect(endPoint));
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
        {
            // The listener has gone meanwhile.
        }

        return clients;
    }

    private static void EchoOrEnd(Socket client)
    {
        var buffer = new byte[1];
        client.Send([7], SocketFlags.None, out var error);
        var received = error == SocketError.Success ? client.Receive(buffer, SocketFlags.None, out error) : 0;
        Assert.True(
            error is SocketError.Success or SocketError.ConnectionReset or SocketError.Shutdown,
            $"neither an echo nor an end: {error}");
        if (received == 1) Assert.Equal(7, buffer[0]);
    }

    private async Task<TestListener> ListenAsync(Func<EndPoint?, TcpConnectionActor?> accept)
    {
        var listener = new TestListener(_loops, accept);
        await listener.ListenAsync(new ListenOptions { Host = "127.0.0.1" });
        return listener;
    }
}
