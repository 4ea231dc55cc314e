// SPDX-License-Identifier: MIT
using System.Security.Authentication;
using Lori.Tls;
using Mare.Testing;

namespace Lori.Tests.Tls.OpenSsl;

/// <summary>What libssl is given by address stands still, and nothing is made for each message.</summary>
public sealed class StressTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public void Sessions_UnderCollectionsThatMoveAll_CarryEverything(SslProtocols protocol)
    {
        var random = new Random(4);
        var server = Settings.OpenSsl(Settings.Server(clientCertificates: TlsClientCertificates.Required));
        var client = Settings.OpenSsl(Settings.Client(protocol, certificate: TestCertificates.Client));
        for (var round = 0; round < 5; round++)
        {
            // A piece is a new array each time, and all that lives is moved while libssl is being called.
            using var pair = SessionPair.Connected(client, server, () =>
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
                return random.Next(1, 400);
            });
            pair.Server.OnText = data =>
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
                pair.Server.Session.Send(data);
            };
            var sent = new byte[3000];
            random.NextBytes(sent);
            pair.Client.Session.Send(sent.AsMemory(0, 1000));
            pair.Client.Session.Send(sent.AsMemory(1000));
            pair.Run();
            Assert.Equal(sent, pair.Client.Received);
        }
    }

    [Fact]
    public void Echo_OfSmallMessages_AllocatesNothing()
    {
        using var loops = new ManualLoops(new InMemoryNetwork());
        var loop = loops.Group.Loops[0];
        var (client, server) = (new Sink(), new Sink());
        using var from = Settings.OpenSsl(Settings.Client()).CreateSession(loop, client);
        using var to = Settings.OpenSsl(Settings.Server()).CreateSession(loop, server);
        from.Start();
        for (var i = 0; i < 4; i++)
        {
            to.Receive(client.Take());
            from.Receive(server.Take());
        }

        Assert.Equal((1, 1), (client.Handshakes, server.Handshakes));
        Echo(1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Echo(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2000 * 20, client.Received);

        void Echo(int times)
        {
            for (var i = 0; i < times; i++)
            {
                from.Send(Sink.Message);
                to.Receive(client.Take());
                to.Send(Sink.Message);
                from.Receive(server.Take());
            }
        }
    }

    /// <summary>Keeps what was written until it is taken, in one array.</summary>
    private sealed class Sink : ITlsSessionEvents
    {
        private readonly byte[] _output = new byte[64 * 1024];
        private int _length;

        public static ReadOnlyMemory<byte> Message { get; } = new byte[20];

        public int Handshakes { get; private set; }

        public int Received { get; private set; }

        public Span<byte> Take()
        {
            var taken = _output.AsSpan(0, _length);
            _length = 0;
            return taken;
        }

        public void WriteCiphertext(ReadOnlySpan<byte> data)
        {
            data.CopyTo(_output.AsSpan(_length));
            _length += data.Length;
        }

        public void OnHandshakeCompleted() => Handshakes++;

        public void OnPlaintext(Span<byte> data) => Received += data.Length;

        public void OnCloseNotify() => throw new InvalidOperationException("closed");

        public void OnTlsFailed(TlsFailure failure, string detail) => throw new InvalidOperationException(detail);
    }
}
