// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Net.Sockets;
using Lori.Tests.Tls;
using Mare.Tests.Sockets;
using Mare.Tests.Streams;

namespace Mare.Tests.Tls;

/// <summary><c>wss://</c> on the kernel's loopback: what a network in memory does not show.</summary>
public sealed class WssSocketTests
{
    private const int Size = 100_000;

    public static MatrixTheoryData<BackendKind, TlsImplementation> Cases => OperatingSystem.IsLinux()
        ? new([BackendKind.Epoll, BackendKind.IoUring, BackendKind.Sockets], [TlsImplementation.SslStream, TlsImplementation.OpenSsl])
        : new([BackendKind.Sockets], [TlsImplementation.SslStream]);

    [Theory, MemberData(nameof(Cases))]
    public async Task Send_OfMuch_IsTakenWithinTheTurnAsWithoutTls(BackendKind backend, TlsImplementation implementation)
    {
        var statuses = new List<SendStatus>();
        await using var server = await SocketServer.StartAsync(
            backend,
            a => a.Hook = (a, name) =>
            {
                if (name != "OnTextMessage") return;
                for (var i = 0; i < 3; i++) statuses.Add(a.Connection.SendBinary(new byte[Size]));
            },
            o => o.Tls = new TlsServerOptions { Certificate = TestCertificates.Server, Implementation = implementation });
        using var client = await OpenAsync(server);
        // Again, since the first finds the kernel's buffer at its smallest.
        for (var i = 0; i < 10; i++)
        {
            await client.SendAsync(ClientFrames.Text("more"));
            for (var j = 0; j < 3; j++) Assert.Equal(Size, (await client.ReadFrameAsync()).Payload.Length);
        }

        await client.SendAsync(ClientFrames.Close());
        Assert.Equal(1000, (await client.ReadFrameAsync()).CloseCode);
        client.Dispose();
        await server.WhenActorsEndedAsync();
        // All of some turn, at least.
        Assert.Contains(statuses.Chunk(3), static turn => turn.All(static s => s == SendStatus.Accepted));
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Sockets_ThatSayNothing_KeepNobodyOut(BackendKind backend, TlsImplementation implementation)
    {
        const int Most = 4;
        await using var server = await SocketServer.StartAsync(
            backend, null, o => o.Tls = new TlsServerOptions { Certificate = TestCertificates.Server, Implementation = implementation, MaxHandshakes = Most });
        var silent = new List<Socket>();
        for (var round = 1; round <= 2; round++)
        {
            for (var i = 0; i < 3 * Most; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                silent.Add(socket);
                await socket.ConnectAsync(server.Server.EndPoints[0].Address, TestContext.Current.CancellationToken);
            }

            using var client = await OpenAsync(server);
            var statistics = server.Server.Statistics;
            Assert.Equal(round, statistics.TlsHandshakesCompleted);
            Assert.InRange(statistics.TlsHandshakesUnderWay, 0, Most);
            // All of them were before it.
            Assert.InRange(statistics.TlsHandshakesDropped, (3 * Most * round) - Most, 3 * Most * round);
        }

        foreach (var socket in silent) socket.Dispose();
        // No actor tells the end of a handshake: the loops are asked, turn by turn.
        using var deadline = new CancellationTokenSource(SocketServer.Deadline);
        while (server.Server.EventLoops.Loops.Any(static l => l.ConnectionCount > 0))
            await Task.WhenAll(server.Server.EventLoops.Loops.Select(SocketServer.HeldAsync)).WaitAsync(deadline.Token);
        Assert.Equal(0, server.Server.Statistics.TlsHandshakesUnderWay);
        Assert.Equal(silent.Count, server.Server.Statistics.TlsHandshakesFailed);
    }

    private static async Task<StreamClient> OpenAsync(SocketServer server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Server.EndPoints[0].Address);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "server.test",
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        }).WaitAsync(SocketServer.Deadline);
        var client = new StreamClient(stream);
        await client.SendAsync(Requests.Upgrade());
        Assert.Equal(101, (await client.ReadAnswerAsync()).Status);
        return client;
    }
}
