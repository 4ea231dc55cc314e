// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;
using Mare.Testing;

namespace Mare.Tests.Docs.RawTcp;

sealed class Line(string text) : TcpConnectionActor
{
    protected override void OnStarted() => Connection.Send(Encoding.UTF8.GetBytes(text));

    protected override void OnReceived(Span<byte> data)
    {
        Console.WriteLine(Encoding.UTF8.GetString(data));
        Connection.Close();
    }

    protected override void OnConnectFailure(ConnectException error) => Console.WriteLine(error.Message);
}

sealed class Polite : TcpConnectionActor
{
    protected override void OnReceived(Span<byte> data)
    {
        Received += data.Length;
        // Others first: this connection goes on in the next turn.
        Connection.PauseReading();
        this.Post(static me => me.Connection.ResumeReading());
    }

    public long Received { get; private set; }
}

sealed class Download(byte[] file) : TcpConnectionActor
{
    private static readonly SendToken Whole = new(1);

    protected override void OnStarted()
    {
        Connection.Send(file, Whole);
        Connection.ShutdownSend();
    }

    protected override void OnSent(SendToken token) => Console.WriteLine("the kernel has all of it");

    // The client has read to the end, and said so by its own.
    protected override void OnPeerClosed() => Connection.Close();
}

public sealed class RawTcpTests
{
    private static readonly byte[] File = new byte[300_000];

    private static async Task AskAsync(EventLoopGroup loops, int port)
    {
        var line = new Line("hello\n");
        await line.ConnectAsync(loops.Next(), new ConnectOptions { Host = "localhost", Port = port, Timeout = TimeSpan.FromSeconds(5) });
    }

    [Fact]
    public async Task Line_OfTheGuide_Connects()
    {
        using var loops = new EventLoopGroup(1);
        var asked = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var listener = new Server(loops, _ => new Asked(asked));
        await listener.ListenAsync(new ListenOptions { Host = "localhost" });
        await AskAsync(loops, ((IPEndPoint)listener.EndPoints[0]).Port);
        Assert.Equal("hello\n", await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Polite_OfTheGuide_TakesAllInItsTurns()
    {
        var polite = new Polite();
        using var server = new InMemory(_ => polite);
        server.Peer.Send(File);
        server.Loops.RunUntilIdle();
        Assert.Equal(File.Length, polite.Received);
    }

    [Fact]
    public void Download_OfTheGuide_EndsWhenTheClientHasReadIt()
    {
        using var server = new InMemory(_ => new Download(File));
        Assert.Equal(File, server.Peer.ReceiveAll());
        Assert.True(server.Peer.IsEndOfStream);
        Assert.Equal(1, server.Loops.Usage[0].Connections);
        server.Peer.ShutdownSend();
        server.Loops.RunUntilIdle();
        Assert.Equal(0, server.Loops.Usage[0].Connections);
    }

    private sealed class Server(EventLoopGroup loops, Func<EndPoint?, TcpConnectionActor> accept) : TcpListenerActor(loops)
    {
        protected override TcpConnectionActor? OnAccept(EndPoint? remoteEndPoint) => accept(remoteEndPoint);
    }

    private sealed class Asked(TaskCompletionSource<string> asked) : TcpConnectionActor
    {
        protected override void OnReceived(Span<byte> data) => asked.TrySetResult(Encoding.UTF8.GetString(data));
    }

    private sealed class InMemory : IDisposable
    {
        public InMemory(Func<EndPoint?, TcpConnectionActor> accept)
        {
            var network = new InMemoryNetwork();
            Loops = new ManualLoops(network);
            var listener = new Server(Loops.Group, accept);
            Loops.RunUntilDone(listener.ListenAsync(new ListenOptions { Host = "127.0.0.1" }));
            Peer = network.Connect(listener.EndPoints[0]);
            Loops.RunUntilIdle();
        }

        public ManualLoops Loops { get; }

        public InMemoryPeer Peer { get; }

        public void Dispose()
        {
            Peer.Close();
            Loops.RunUntilIdle();
            Loops.ThrowIfAnythingIsHeld();
            Loops.Dispose();
        }
    }
}
