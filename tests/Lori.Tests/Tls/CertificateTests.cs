// SPDX-License-Identifier: MIT
using System.Security.Cryptography.X509Certificates;

namespace Lori.Tests.Tls;

public sealed class CertificateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lori-tls-");

    public static TheoryData<TlsImplementation> Implementations => TlsImplementations.All;

    private string CertificatePath => Path.Combine(_folder.FullName, "tls.crt");

    private string KeyPath => Path.Combine(_folder.FullName, "tls.key");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory, MemberData(nameof(Implementations))]
    public void ClientCertificate_Off_IsNotAskedFor(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        tls.Connect(static o => o.Certificate = TestCertificates.Client);
        Assert.Null(SubjectOfClient(tls));
    }

    [Theory, MemberData(nameof(Implementations))]
    public void ClientCertificate_Optional_IsTakenIfTrusted(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o =>
        {
            o.ClientCertificates = TlsClientCertificates.Optional;
            o.TrustedRoots = TestCertificates.Roots;
        });
        tls.Connect();
        Assert.Null(SubjectOfClient(tls));
        tls.Connect(static o => o.Certificate = TestCertificates.Client);
        Assert.Equal("CN=client", SubjectOfClient(tls));
    }

    [Theory, MemberData(nameof(Implementations))]
    public void ClientCertificate_Required_MissingOrStrange_IsRefused(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o =>
        {
            o.ClientCertificates = TlsClientCertificates.Required;
            o.TrustedRoots = TestCertificates.Roots;
        });
        tls.Connect(static o => o.Certificate = TestCertificates.Client);
        Assert.Equal("CN=client", SubjectOfClient(tls));
        foreach (var certificate in new[] { null, TestCertificates.MakeStranger(), TestCertificates.Server })
        {
            // A client of TLS 1.3 believes itself connected until the refusal comes.
            var (client, _) = tls.Begin(o => o.Certificate = certificate);
            tls.Loops.RunUntilIdle();
            Assert.Equal(TlsFailure.CertificateRefused, tls.Server.StartFailure!.Value.Failure);
            Assert.True(client.ConnectError is not null || client.Cause is CloseCause.TlsFailed or CloseCause.Broken or CloseCause.ClosedByPeer);
        }

        Assert.Equal(3, tls.Statistics.HandshakesFailed);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Files_Changed_AreLoadedWhenTheyStandStill(TlsImplementation implementation)
    {
        Write("server.test", DateTime.UnixEpoch);
        using var tls = new TlsNetwork(implementation, o => o.Certificate = TlsCertificate.FromPemFiles(CertificatePath, KeyPath));
        var early = tls.Connect();
        var before = SerialSeenBy(tls, early);
        Write("server.test", DateTime.UnixEpoch.AddDays(1));
        tls.Loops.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(before, SerialSeenBy(tls, tls.Connect()));
        tls.Loops.Advance(TimeSpan.FromSeconds(5));
        Assert.NotEqual(before, SerialSeenBy(tls, tls.Connect()));
        Assert.Equal(1, tls.Log.CountOf(21));
        // The connection that there was lives on.
        tls.On(early, static c => c.Connection.Send("still here"u8));
        Assert.Equal("still here"u8, tls.Accepted[0].Received);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Files_Broken_LeaveTheCertificateAndOneLine(TlsImplementation implementation)
    {
        Write("server.test", DateTime.UnixEpoch);
        using var tls = new TlsNetwork(implementation, o => o.Certificate = TlsCertificate.FromPemFiles(CertificatePath, KeyPath));
        var before = SerialSeenBy(tls, tls.Connect());
        File.WriteAllText(CertificatePath, "no certificate");
        tls.Loops.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(before, SerialSeenBy(tls, tls.Connect()));
        Assert.Equal(1, tls.Log.CountOf(22));
        // Mended, it is loaded.
        Write("server.test", DateTime.UnixEpoch.AddDays(2));
        tls.Loops.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEqual(before, SerialSeenBy(tls, tls.Connect()));
        Assert.Equal(1, tls.Log.CountOf(22));
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Reload_AskedFor_IsAtOnceAndSaysWhatIsWrong(TlsImplementation implementation)
    {
        Write("server.test", DateTime.UnixEpoch);
        using var tls = new TlsNetwork(implementation, o =>
        {
            o.Certificate = TlsCertificate.FromPemFiles(CertificatePath, KeyPath);
            o.ReloadInterval = Timeout.InfiniteTimeSpan;
        });
        var before = SerialSeenBy(tls, tls.Connect());
        File.Delete(KeyPath);
        Assert.Contains(KeyPath, Assert.Throws<TlsCertificateException>(tls.Acceptor.Reload).Message);
        Assert.Equal(before, SerialSeenBy(tls, tls.Connect()));
        Write("server.test", DateTime.UnixEpoch.AddDays(1));
        tls.Acceptor.Reload();
        Assert.NotEqual(before, SerialSeenBy(tls, tls.Connect()));
    }

    [Fact]
    public void FromPemFiles_WrongFiles_SaysWhich()
    {
        Assert.Contains(CertificatePath, Assert.Throws<TlsCertificateException>(() => TlsCertificate.FromPemFiles(CertificatePath, KeyPath)).Message);
        Write("server.test", DateTime.UnixEpoch);
        // The key of another certificate.
        var other = Path.Combine(_folder.FullName, "other.crt");
        TestCertificates.Write(TestCertificates.MakeServer("server.test"), other, Path.Combine(_folder.FullName, "other.key"));
        Assert.Throws<TlsCertificateException>(() => TlsCertificate.FromPemFiles(other, KeyPath));
    }

    [Fact]
    public void From_WithoutPrivateKey_Throws() =>
        Assert.Throws<ArgumentException>(static () => TlsCertificate.From(TestCertificates.Roots[0]));

    [Fact]
    public void Options_OutOfTheirRanges_AreNamed()
    {
        void Throws(string name, Action<TlsServerOptions> change)
        {
            var options = new TlsServerOptions { Certificate = TestCertificates.Server };
            change(options);
            Assert.Contains(name, Assert.ThrowsAny<ArgumentException>(() => new TlsAcceptor(options)).Message);
        }

        Throws("Certificate", static o => o.Certificate = null);
        Throws("CertificatesByName", static o => o.CertificatesByName["no name"] = TestCertificates.Server);
        Throws("CertificatesByName", static o => o.CertificatesByName["*"] = TestCertificates.Server);
        Throws("HandshakeTimeout", static o => o.HandshakeTimeout = TimeSpan.Zero);
        Throws("MaxHandshakes", static o => o.MaxHandshakes = 0);
        Throws("Protocols", static o => o.Protocols = System.Security.Authentication.SslProtocols.None);
        Throws("ApplicationProtocols", static o => o.ApplicationProtocols = [""]);
        Throws("PlaintextResponse", static o => o.PlaintextResponse = new byte[5000]);
        Throws("ReloadInterval", static o => o.ReloadInterval = TimeSpan.Zero);
        Throws("ClientCertificates", static o => o.ClientCertificates = (TlsClientCertificates)9);
        Throws("Implementation", static o => o.Implementation = (TlsImplementation)9);
    }

    private static string? SubjectOfClient(TlsNetwork tls)
    {
        X509Certificate2? certificate = null;
        tls.On(tls.Server, s => certificate = s.Connection.Tls!.PeerCertificate);
        return certificate?.Subject;
    }

    private static string SerialSeenBy(TlsNetwork tls, RecordingActor client)
    {
        X509Certificate2? certificate = null;
        tls.On(client, c => certificate = c.Connection.Tls!.PeerCertificate);
        return certificate!.SerialNumber;
    }

    /// <summary>Writes a new certificate; the time is set, since two writes may come within one tick of the file system.</summary>
    private void Write(string name, DateTime written)
    {
        TestCertificates.Write(TestCertificates.MakeServer(name), CertificatePath, KeyPath);
        File.SetLastWriteTimeUtc(CertificatePath, written);
        File.SetLastWriteTimeUtc(KeyPath, written);
    }
}
