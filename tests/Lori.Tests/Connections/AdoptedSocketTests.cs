// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Tests.Connections;

/// <summary>What only the kernel can show of connections: threads against loops, resets. On each kind of loop that takes sockets.</summary>
public abstract class AdoptedSocketTests(Func<int, EventLoopGroup> start) : IDisposable
{
    private readonly EventLoopGroup _loops = start(2);

    private protected EventLoopGroup Loops => _loops;

    /// <summary>Gets how many bytes of a send that was given up may have gone all the same.</summary>
    private protected virtual int MostUnknownBytes => 0;

    public void Dispose()
    {
        _loops.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Adopt_AConnectedSocket_Echoes()
    {
        var (client, server) = Pair();
        using (client)
        {
            var actor = new EchoActor();
            actor.Adopt(_loops.Next(), server);
            Client.AssertEchoes(client);
            Assert.Equal(client.LocalEndPoint, (await actor.Started).Remote);
            client.Close();
            Assert.Equal(CloseCause.ClosedByPeer, await actor.Closed.WaitAsync(Client.Deadline, TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_FromEightThreadsWhileTheLoopCloses_AccountsForEveryByte(bool abort)
    {
        for (var round = 0; round < 10; round++)
        {
            var (client, server) = Pair();
            using (client)
            {
                var actor = new EchoActor();
                actor.Adopt(_loops.Next(), server);
                await actor.Started.WaitAsync(Client.Deadline, TestContext.Current.CancellationToken);
                var connection = actor.Connection;
                long accepted = 0;
                var senders = Enumerable.Range(0, 8).Select(n => Task.Run(() => SendUntilClosed(connection, n, ref accepted))).ToList();
                var received = 0L;
                var buffer = new byte[64 * 1024];
                while (received < 100_000 * (round + 1)) received += Receive(client, buffer);
                if (abort) actor.Post(static a => a.Connection.Abort());
                else actor.Post(static a => a.Connection.Close());
                // To the end, or to the reset that an abort may be.
                for (var length = Receive(client, buffer); length > 0; length = Receive(client, buffer)) received += length;
                client.Close();
                await Task.WhenAll(senders).WaitAsync(Client.Deadline, TestContext.Current.CancellationToken);
                await actor.Closed.WaitAsync(Client.Deadline, TestContext.Current.CancellationToken);
                Assert.Equal(accepted, connection.BytesSent + connection.UnsentBytes);
                if (abort) Assert.InRange(received, 0, connection.BytesSent + MostUnknownBytes);
                else Assert.Equal((accepted, 0), (received, connection.UnsentBytes));
            }
        }
    }

    [Fact]
    public async Task Close_WithUnreadInput_LastBytesArriveAndNoReset()
    {
        var (client, server) = Pair();
        using (client)
        {
            // Much stands unread in the server's kernel when it closes.
            client.Send(new byte[60_000]);
            var actor = new EchoActor
            {
                WhenStarted = static a =>
                {
                    a.Connection.PauseReading();
                    a.Connection.Send("the last words"u8);
                    a.Connection.Close();
                },
            };
            actor.Adopt(_loops.Next(), server);
            Assert.Equal("the last words"u8.ToArray(), Client.ReadToEnd(client));
            client.Send(new byte[1000]); // still on its way when the peer hears of the end
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal(CloseCause.ClosedLocally, await actor.Closed.WaitAsync(Client.Deadline, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Loops_EndedWhileASendIsInFlight_TellTheEndAndGiveBackItsBlocks()
    {
        var loops = start(1);
        var (client, server) = Pair();
        using (client)
        {
            // Nobody reads it.
            var actor = new EchoActor { WhenStarted = static a => a.Connection.Send(new byte[32_000_000]) };
            actor.Adopt(loops.Loops[0], server);
            await actor.Started.WaitAsync(Client.Deadline, TestContext.Current.CancellationToken);
            await Task.Run(loops.Dispose, TestContext.Current.CancellationToken)
                .WaitAsync(Client.Deadline, TestContext.Current.CancellationToken);
            Assert.Equal(CloseCause.Aborted, await actor.Closed.WaitAsync(Client.Deadline, TestContext.Current.CancellationToken));
            Assert.Equal(32_000_000, actor.Connection.BytesSent + actor.Connection.UnsentBytes);
            Assert.NotEqual(0, actor.Connection.UnsentBytes);
            // One is the loop's own.
            Assert.Equal(1, loops.Loops[0].Blocks.Rented);
        }
    }

    private static int Receive(Socket socket, byte[] buffer)
    {
        var length = socket.Receive(buffer, SocketFlags.None, out var error);
        Assert.True(error is SocketError.Success or SocketError.ConnectionReset, error.ToString());
        return error == SocketError.Success ? length : 0;
    }

    private static void SendUntilClosed(TcpConnection connection, int number, ref long accepted)
    {
        var message = new byte[100 + (number * 333)];
        while (true)
        {
            var status = connection.Send(message);
            if (status == SendStatus.Closed) return;
            if (status.IsAccepted()) Interlocked.Add(ref accepted, message.Length);
            else Thread.Yield(); // the queue is full until the client has read
        }
    }

    private protected static (Socket Client, Socket Server) Pair()
    {
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        var client = Client.Connect(listening.LocalEndPoint!);
        return (client, listening.Accept());
    }
}
