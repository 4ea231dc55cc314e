// SPDX-License-Identifier: MIT
using System.Net.Security;
using Mare.Testing;

namespace Lori.Tests.Tls;

public sealed class ClosingTests
{
    public static TheoryData<TlsImplementation> Implementations => TlsImplementations.All;

    [Theory, MemberData(nameof(Implementations))]
    public void Close_OfEitherSide_EndsBothInOrder(TlsImplementation implementation)
    {
        foreach (var serverCloses in new[] { true, false })
        {
            using var tls = new TlsNetwork(implementation);
            var client = tls.Connect();
            var (closing, other) = serverCloses ? (tls.Server, client) : (client, tls.Server);
            tls.On(closing, static c =>
            {
                c.Connection.Send("the last word"u8);
                c.Connection.Close();
            });
            Assert.Equal("the last word"u8, other.Received);
            Assert.Equal((CloseCause.ClosedLocally, CloseCause.ClosedByPeer), (closing.Cause, other.Cause));
        }
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Close_OverAHostileNetwork_LosesNothing(TlsImplementation implementation)
    {
        for (var seed = 0; seed < 10; seed++)
        {
            using var tls = new TlsNetwork(implementation, network: InMemoryNetworkOptions.Hostile(seed));
            var client = tls.Connect();
            tls.On(tls.Server, static c =>
            {
                c.Connection.Send(new byte[50_000]);
                c.Connection.Close();
            });
            Assert.Equal(50_000, client.Received.Length);
            Assert.Equal((CloseCause.ClosedLocally, CloseCause.ClosedByPeer), (tls.Server.Cause, client.Cause));
        }
    }

    [Theory, MemberData(nameof(Implementations))]
    public void ShutdownSend_OfOneSide_LetsTheOtherGoOn(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, prepare: static s => s.WhenPeerClosed = static s => s.Connection.Send("still here"u8));
        var client = tls.Connect();
        tls.On(client, static c => c.Connection.ShutdownSend());
        Assert.Equal(["OnStarted", "OnPeerClosed"], tls.Server.Calls);
        Assert.Equal("still here"u8, client.Received);
        tls.On(tls.Server, static s => s.Connection.Close());
        Assert.Equal(CloseCause.ClosedByPeer, tls.Server.Cause);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void EndOfStream_WithoutCloseNotify_IsNoOrderlyEnd(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        var peer = tls.ConnectRaw();
        var stream = new SslStream(new PeerStream(peer, tls.Loops), false, static (_, _, _, _) => true);
        stream.AuthenticateAsClient("server.test");
        stream.Write("cut o"u8);
        peer.ShutdownSend();
        tls.Loops.RunUntilIdle();
        Assert.Equal("cut o"u8, tls.Server.Received);
        Assert.DoesNotContain("OnPeerClosed", tls.Server.Calls);
        Assert.Equal(CloseCause.Broken, tls.Server.Cause);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void EndOfStream_WithoutCloseNotify_BehindOurs_IsAnOrderlyEnd(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        var peer = tls.ConnectRaw();
        var stream = new SslStream(new PeerStream(peer, tls.Loops), false, static (_, _, _, _) => true);
        stream.AuthenticateAsClient("server.test");
        tls.Loops.RunUntilIdle();
        tls.On(tls.Server, static s => s.Connection.Close());
        // close_notify, then the end.
        Assert.Equal(-1, stream.ReadByte());
        Assert.True(peer.IsEndOfStream);
        peer.ShutdownSend();
        tls.Loops.RunUntilIdle();
        Assert.Equal(CloseCause.ClosedLocally, tls.Server.Cause);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Abort_ResetsThePeer(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        var client = tls.Connect();
        tls.On(tls.Server, static s => s.Connection.Abort());
        Assert.Equal((CloseCause.Aborted, CloseCause.Broken), (tls.Server.Cause, client.Cause));
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Close_PeerNeverEnds_LingersForItsTimeOnly(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        var peer = tls.ConnectRaw();
        var stream = new SslStream(new PeerStream(peer, tls.Loops), false, static (_, _, _, _) => true);
        stream.AuthenticateAsClient("server.test");
        tls.Loops.RunUntilIdle();
        tls.On(tls.Server, static s => s.Connection.Close());
        Assert.Null(tls.Server.Cause);
        tls.Loops.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(CloseCause.ClosedLocally, tls.Server.Cause);
    }
}
