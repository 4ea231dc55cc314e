// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Lori.Tests.Tls;

/// <summary>
/// Is a client that is not ours: .NET's SslStream, blocking, over the in-memory network. Whenever it waits, the loops run; all of it on
/// the test's thread.
/// </summary>
internal sealed class SslStreamClient(TlsNetwork tls)
{
    private readonly SslClientAuthenticationOptions _options = new()
    {
        TargetHost = "server.test",
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        },
    };

    /// <summary>Connects, and exchanges a byte each way.</summary>
    /// <returns>How many bytes the server's handshake had.</returns>
    public long ConnectAndExchange()
    {
        if (_options.CertificateChainPolicy!.CustomTrustStore.Count == 0) _options.CertificateChainPolicy.CustomTrustStore.AddRange(TestCertificates.Roots);
        var peer = tls.ConnectRaw();
        using var stream = new SslStream(new PeerStream(peer, tls.Loops));
        stream.AuthenticateAsClient(_options);
        var handshake = peer.TotalReceived;
        stream.Write([1]);
        stream.Flush();
        tls.Loops.RunUntilIdle();
        tls.On(tls.Server, static s => s.Connection.Send([2]));
        Assert.Equal(2, stream.ReadByte());
        return handshake;
    }
}
