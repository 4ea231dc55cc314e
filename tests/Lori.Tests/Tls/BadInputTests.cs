// SPDX-License-Identifier: MIT
using System.Net.Security;
using Mare.Testing;

namespace Lori.Tests.Tls;

public sealed class BadInputTests
{
    public static TheoryData<TlsImplementation> Implementations => TlsImplementations.All;

    [Theory, MemberData(nameof(Implementations))]
    public void Plaintext_OnATlsPort_IsAnsweredInTheClear(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o => o.PlaintextResponse = "this port speaks TLS\n"u8.ToArray());
        var peer = tls.ConnectRaw();
        peer.Send("GET / HTTP/1.1\r\nHost: server.test\r\n\r\n"u8);
        tls.Loops.RunUntilIdle();
        Assert.Equal("this port speaks TLS\n"u8, peer.ReceiveAll());
        Assert.True(peer.IsEndOfStream);
        Assert.False(peer.WasReset);
        peer.Close();
        tls.Loops.RunUntilIdle();
        Assert.Equal(TlsFailure.NotTls, tls.Server.StartFailure!.Value.Failure);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Plaintext_WithoutAResponse_IsClosedInOrder(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        var peer = tls.ConnectRaw();
        peer.Send("hello?"u8);
        tls.Loops.RunUntilIdle();
        Assert.Empty(peer.ReceiveAll());
        Assert.True(peer.IsEndOfStream);
        peer.Close();
        tls.Loops.RunUntilIdle();
        Assert.Equal(TlsFailure.NotTls, tls.Server.StartFailure!.Value.Failure);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Garbage_InsteadOfAHello_EndsThatConnectionOnly(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        var client = tls.Connect();
        var good = tls.Server;
        for (var seed = 0; seed < 20; seed++)
        {
            var garbage = new byte[500];
            new Random(seed).NextBytes(garbage);
            // Not a letter; and with a header that may pass for one now and then.
            garbage[0] = (byte)(seed % 2 == 0 ? 22 : 128 + seed);
            if (seed % 4 == 0) (garbage[1], garbage[2], garbage[3]) = (3, 3, 0);
            var peer = tls.ConnectRaw();
            peer.Send(garbage);
            tls.Loops.RunUntilIdle();
            Assert.True(peer.IsEndOfStream || peer.WasReset, $"seed {seed}: the connection is still there");
            peer.Close();
        }

        tls.Loops.RunUntilIdle();
        Assert.All(tls.Accepted.Skip(1), static a => Assert.Equal(["OnStartFailure"], a.Calls));
        tls.On(client, static c => c.Connection.Send("unharmed"u8));
        Assert.Equal("unharmed"u8, good.Received);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Handshake_OfTooManyBytes_IsEnded(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        var peer = tls.ConnectRaw();
        for (var i = 0; i < 20 && !peer.IsEndOfStream && !peer.WasReset; i++)
        {
            peer.Send(EndlessHello());
            tls.Loops.RunUntilIdle();
        }

        AssertFailed(tls, peer);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Handshake_OfTooManyBytesInOnePiece_IsEnded(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        var peer = tls.ConnectRaw();
        peer.Send([.. Enumerable.Repeat(EndlessHello(), 15).SelectMany(static r => r)]);
        tls.Loops.RunUntilIdle();
        AssertFailed(tls, peer);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Record_ThatWasTamperedWith_EndsTheConnection(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        var peer = tls.ConnectRaw();
        var wire = new PeerStream(peer, tls.Loops);
        var stream = new SslStream(wire, false, static (_, _, _, _) => true);
        stream.AuthenticateAsClient("server.test");
        stream.Write("good"u8);
        tls.Loops.RunUntilIdle();
        // Application data under no key that anybody has.
        byte[] forged = [23, 3, 3, 0, 40, .. new byte[40]];
        peer.Send(forged);
        tls.Loops.RunUntilIdle();
        Assert.Equal("good"u8, tls.Server.Received);
        Assert.Equal(CloseCause.TlsFailed, tls.Server.Cause);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Text_WithinAConnection_EndsIt(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        var peer = tls.ConnectRaw();
        var stream = new SslStream(new PeerStream(peer, tls.Loops), false, static (_, _, _, _) => true);
        stream.AuthenticateAsClient("server.test");
        peer.Send("GET / HTTP/1.1\r\n\r\n"u8);
        tls.Loops.RunUntilIdle();
        Assert.DoesNotContain("OnReceived", tls.Server.Calls);
        Assert.Equal(CloseCause.TlsFailed, tls.Server.Cause);
    }

    /// <summary>Makes a record of 16 KB of a hello whose length is announced as 16 MB.</summary>
    private static byte[] EndlessHello()
    {
        var record = new byte[5 + 16384];
        (record[0], record[1], record[2], record[3]) = (22, 3, 1, 64);
        (record[5], record[6], record[7], record[8]) = (1, 255, 255, 255);
        return record;
    }

    private static void AssertFailed(TlsNetwork tls, InMemoryPeer peer)
    {
        Assert.True(peer.IsEndOfStream || peer.WasReset);
        peer.Close();
        tls.Loops.RunUntilIdle();
        Assert.Equal(["OnStartFailure"], tls.Server.Calls);
    }
}
