// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Lori.Tests.Tls;

/// <summary>What goes wrong on this side while TLS is spoken concerns one connection.</summary>
public sealed class ExceptionTests
{
    private const int SessionFailed = 28;

    public static TheoryData<TlsImplementation> Implementations => TlsImplementations.All;

    [Theory, MemberData(nameof(Implementations))]
    public async Task Verifier_Throws_EndsThatConnectionOnly(TlsImplementation implementation)
    {
        using var log = new RecordingLog();
        var clock = new FaultyClock();
        using var loops = new EventLoopGroup(1, new EventLoopOptions { LoggerFactory = log, TimeProvider = clock });
        var failures = new TaskCompletionSource<TlsFailure>(TaskCreationOptions.RunContinuationsAsynchronously);
        var listener = new TestListener(loops, _ => new Echo(failures));
        var tls = new TlsServerOptions
        {
            Certificate = TestCertificates.Server,
            ClientCertificates = TlsClientCertificates.Required,
            TrustedRoots = TestCertificates.Roots,
            AllowResumption = false, // which would judge nobody
            Implementation = implementation,
        };
        await listener.ListenAsync(new ListenOptions { Host = "127.0.0.1", Tls = tls });
        using var before = Connect(listener.EndPoints[0]);
        AssertEchoes(before);
        clock.Fails = true;
        Assert.ThrowsAny<Exception>(() =>
        {
            // By TLS 1.3 the client hears of it only when it reads.
            using var client = Connect(listener.EndPoints[0]);
            AssertEchoes(client);
        });
        Assert.Equal(TlsFailure.Protocol, await failures.Task.WaitAsync(Client.Deadline, TestContext.Current.CancellationToken));
        clock.Fails = false;
        AssertEchoes(before);
        using var after = Connect(listener.EndPoints[0]);
        AssertEchoes(after);
        // SslStream makes a failed handshake of it by itself.
        Assert.Equal(implementation == TlsImplementation.OpenSsl ? 1 : 0, log.CountOf(SessionFailed));
    }

    private static SslStream Connect(EndPoint endPoint)
    {
        var stream = new SslStream(new NetworkStream(Client.Connect(endPoint), ownsSocket: true), false, static (_, _, _, _) => true);
        stream.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "server.test",
            ClientCertificateContext = SslStreamCertificateContext.Create(TestCertificates.Client.Current.Certificate, TestCertificates.Intermediates, offline: true),
        });
        return stream;
    }

    private static void AssertEchoes(SslStream stream)
    {
        stream.Write("hello"u8);
        var received = new byte[5];
        stream.ReadExactly(received);
        Assert.Equal("hello"u8, received);
    }

    /// <summary>Cannot tell the time, which a certificate is judged by.</summary>
    private sealed class FaultyClock : TimeProvider
    {
        private volatile bool _fails;

        public bool Fails { get => _fails; set => _fails = value; }

        public override DateTimeOffset GetUtcNow() => _fails ? throw new InvalidOperationException("by the test") : base.GetUtcNow();
    }

    private sealed class Echo(TaskCompletionSource<TlsFailure> failures) : TcpConnectionActor
    {
        protected override void OnReceived(Span<byte> data) => Connection.Send(data);

        protected override void OnStartFailure(TlsFailure failure, string detail) => failures.TrySetResult(failure);
    }
}
