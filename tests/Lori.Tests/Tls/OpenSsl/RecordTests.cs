// SPDX-License-Identifier: MIT
using System.Security.Authentication;
using Lori.Tls;

namespace Lori.Tests.Tls.OpenSsl;

/// <summary>What goes over a connection once it stands: in any pieces, and none of it twice.</summary>
public sealed class RecordTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12, 1)]
    [InlineData(SslProtocols.Tls13, 2)]
    public void Transfer_InHostilePieces_ArrivesWhole(SslProtocols protocol, int seed)
    {
        var random = new Random(seed);
        using var pair = SessionPair.Connected(
            Settings.OpenSsl(Settings.Client(protocol)), Settings.OpenSsl(Settings.Server()),
            () => random.Next(4) switch { 0 => 1, 1 => random.Next(1, 10), 2 => random.Next(1, 1000), _ => random.Next(1, 100_000) });
        var up = new List<byte>();
        var down = new List<byte>();
        for (var round = 0; round < 80; round++)
        {
            for (var i = random.Next(1, 8); i > 0; i--) up.AddRange(Send(pair.Client, random));
            for (var i = random.Next(1, 8); i > 0; i--) down.AddRange(Send(pair.Server, random));
            if (random.Next(3) > 0) pair.Run();
        }

        pair.Run();
        Assert.True(up.Count > 500_000, "little was sent");
        Assert.Equal(up, pair.Server.Received);
        Assert.Equal(down, pair.Client.Received);
    }

    [Fact]
    public void Receive_ManySmallRecordsAtOnce_AreHandedOverTogether()
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client()), Settings.OpenSsl(Settings.Server()));
        for (var i = 0; i < 32; i++) pair.Client.Send("message ");
        pair.Run();
        Assert.Equal((string.Concat(Enumerable.Repeat("message ", 32)), 1), (pair.Server.Text, pair.Server.Deliveries));
    }

    [Fact]
    public void Send_FromInsideOfADelivery_IsEncryptedInOrder()
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client()), Settings.OpenSsl(Settings.Server()));
        pair.Server.OnText = text => pair.Server.Session.Send(text);
        var random = new Random(3);
        var sent = new List<byte>();
        for (var i = 0; i < 20; i++) sent.AddRange(Send(pair.Client, random));
        pair.Run();
        Assert.Equal(sent, pair.Client.Received);
    }

    [Fact]
    public void Send_FromInsideOfADeliveryBeforeAnIncompleteRecord_LetsItArrive()
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client()), Settings.OpenSsl(Settings.Server()));
        pair.Server.OnText = text => pair.Server.Session.Send(text);
        pair.Client.Send("one ");
        pair.Client.Send("two");
        var records = pair.Client.TakeOutput();
        pair.Give(pair.Server, records[..^5]); // libssl waits for the rest while "one " is answered
        Assert.Equal((null, "one "), (pair.Server.Detail, pair.Server.Text));
        pair.Give(pair.Server, records[^5..]);
        pair.Run();
        Assert.Equal("one two", pair.Client.Text);
    }

    [Fact]
    public void Send_Largest_IsOneRecord()
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client()), Settings.OpenSsl(Settings.Server()));
        pair.Server.Session.Send(new byte[TlsSession.MaxSend]);
        Assert.InRange(pair.Server.PendingOutput, TlsSession.MaxSend + 1, TlsSession.MaxSend + 256);
        pair.Run();
        Assert.Equal(TlsSession.MaxSend, pair.Client.Received.Count);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public void CloseNotify_OfOneSide_LetsTheOtherGoOn(SslProtocols protocol)
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client(protocol)), Settings.OpenSsl(Settings.Server()));
        pair.Client.Send("last");
        pair.Client.Session.SendCloseNotify();
        pair.Run();
        Assert.Equal(("last", 1, null), (pair.Server.Text, pair.Server.CloseNotifies, pair.Server.Failure));
        pair.Server.Send("answer");
        pair.Server.Session.SendCloseNotify();
        pair.Run();
        Assert.Equal(("answer", 1, null), (pair.Client.Text, pair.Client.CloseNotifies, pair.Client.Failure));
    }

    [Fact]
    public void Receive_BehindCloseNotify_IsIgnored()
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client()), Settings.OpenSsl(Settings.Server()));
        pair.Client.Session.SendCloseNotify();
        pair.Run();
        pair.Give(pair.Server, "garbage"u8.ToArray());
        Assert.Equal(("", 1, null), (pair.Server.Text, pair.Server.CloseNotifies, pair.Server.Failure));
    }

    [Fact]
    public void Sessions_DisposedOf_LeaveNoSslObject()
    {
        var client = Settings.OpenSsl(Settings.Client());
        var server = Settings.OpenSsl(Settings.Server());
        using (SessionPair.Connected(client, server))
        using (new SessionPair(client, server))
            Assert.Equal((2, 2), (client.SessionCount, server.SessionCount));
        Assert.Equal((0, 0), (client.SessionCount, server.SessionCount));
    }

    private static byte[] Send(SessionSide side, Random random)
    {
        var data = new byte[random.Next(3) == 0 ? random.Next(1, TlsSession.MaxSend + 1) : random.Next(1, 200)];
        random.NextBytes(data);
        side.Session.Send(data);
        return data;
    }
}
