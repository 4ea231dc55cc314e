// SPDX-License-Identifier: MIT
using System.Security.Authentication;
using Lori.Tls.OpenSsl;

namespace Lori.Tests.Tls.OpenSsl;

/// <summary>What a peer may send that it should not. Nothing throws; each ends in a failure, and in an alert where one is due.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("CONNECT localhost:443 HTTP/1.1\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n")]
    public void Server_OtherProtocol_IsNotTls(string text)
    {
        using var pair = new SessionPair(Settings.OpenSsl(Settings.Client()), Settings.OpenSsl(Settings.Server()));
        pair.Server.Session.Start();
        pair.Give(pair.Server, System.Text.Encoding.ASCII.GetBytes(text));
        Assert.Equal(TlsFailure.NotTls, pair.Server.Failure);
    }

    [Fact]
    public void Server_RandomBytes_FailsOrWaitsForMore()
    {
        var server = Settings.OpenSsl(Settings.Server());
        var client = Settings.OpenSsl(Settings.Client());
        var random = new Random(1);
        var failures = 0;
        for (var i = 0; i < 300; i++)
        {
            using var pair = new SessionPair(client, server);
            var bytes = new byte[random.Next(1, 2000)];
            random.NextBytes(bytes);
            if (i % 2 == 0) bytes[0] = 22; // a handshake's record, as far as that
            if (i % 4 == 0 && bytes.Length > 2) (bytes[1], bytes[2]) = (3, 1);
            pair.Give(pair.Server, bytes);
            if (pair.Server.Failure is not null) failures++;
            Assert.Equal((0, ""), (pair.Server.Handshakes, pair.Server.Text));
        }

        Assert.InRange(failures, 150, 300);
        Assert.Equal(0, server.SessionCount);
    }

    [Fact]
    public void Server_HelloWithChangedBytes_NeverThrows()
    {
        var server = Settings.OpenSsl(Settings.Server());
        var client = Settings.OpenSsl(Settings.Client());
        var random = new Random(2);
        for (var i = 0; i < 300; i++)
        {
            using var pair = new SessionPair(client, server);
            pair.Client.Session.Start();
            var hello = pair.Client.TakeOutput();
            for (var n = random.Next(1, 4); n > 0; n--) hello[random.Next(hello.Length)] ^= (byte)(1 << random.Next(8));
            pair.Give(pair.Server, hello);
            pair.Carry(pair.Server, pair.Client);
            pair.Run();
            Assert.Equal(0, pair.Server.Handshakes); // the client's Finished covers its hello as it sent it
        }
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public void Record_Forged_FailsAfterWhatCameBefore(SslProtocols protocol)
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client(protocol)), Settings.OpenSsl(Settings.Server()));
        pair.Client.Send("true");
        var good = pair.Client.TakeOutput();
        pair.Client.Send("false");
        var forged = pair.Client.TakeOutput();
        forged[^1] ^= 1;
        pair.Give(pair.Server, [.. good, .. forged]);
        Assert.Equal(("true", TlsFailure.Protocol), (pair.Server.Text, pair.Server.Failure));
        pair.Run();
        Assert.Contains("alert 20", pair.Client.Detail, StringComparison.Ordinal); // bad_record_mac
    }

    [Fact]
    public void Record_Replayed_Fails()
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client()), Settings.OpenSsl(Settings.Server()));
        pair.Client.Send("pay");
        var record = pair.Client.TakeOutput();
        pair.Give(pair.Server, record);
        pair.Give(pair.Server, record);
        Assert.Equal(("pay", TlsFailure.Protocol), (pair.Server.Text, pair.Server.Failure));
    }

    [Fact]
    public void Record_TooLong_Fails()
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client()), Settings.OpenSsl(Settings.Server()));
        pair.Give(pair.Server, [23, 3, 3, 0xFF, 0xFF]);
        Assert.Equal(TlsFailure.Protocol, pair.Server.Failure);
    }

    [Fact]
    public void Client_OtherProtocol_IsNotTls()
    {
        using var pair = new SessionPair(Settings.OpenSsl(Settings.Client()), Settings.OpenSsl(Settings.Server()));
        pair.Client.Session.Start();
        pair.Give(pair.Client, "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        Assert.Equal(TlsFailure.NotTls, pair.Client.Failure);
    }

    [Fact]
    public void ErrorQueue_WithAnothersError_ChangesNothing()
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client()), Settings.OpenSsl(Settings.Server()));
        pair.Client.Send("hel");
        var first = pair.Client.TakeOutput();
        Assert.True(NativeCalls.LeaveAnError());
        pair.Give(pair.Server, first[..10]);
        pair.Give(pair.Server, first[10..]);
        Assert.True(NativeCalls.LeaveAnError());
        pair.Client.Send("lo");
        pair.Run();
        Assert.Equal(("hello", null), (pair.Server.Text, pair.Server.Failure));
    }

    [Fact]
    public void Renegotiation_AskedByTheClient_IsRefused()
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client(SslProtocols.Tls12)), Settings.OpenSsl(Settings.Server()));
        NativeCalls.Renegotiate((OpenSslSession)pair.Client.Session);
        Assert.True(pair.Client.PendingOutput > 100, "no new hello was sent");
        pair.Carry(pair.Client, pair.Server);
        Assert.Equal((1, null), (pair.Server.Handshakes, pair.Server.Failure));
        Assert.InRange(pair.Server.PendingOutput, 1, 60); // an alert, a warning: no_renegotiation
        pair.Carry(pair.Server, pair.Client);
        Assert.Equal(TlsFailure.Protocol, pair.Client.Failure); // OpenSSL's client then gives up
        Assert.Contains("no renegotiation", pair.Client.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void KeyUpdate_AFew_AreAnswered()
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client(SslProtocols.Tls13)), Settings.OpenSsl(Settings.Server()));
        for (var i = 0; i < 5; i++)
        {
            NativeCalls.RequestKeyUpdate((OpenSslSession)pair.Client.Session);
            pair.Client.Send("x");
            pair.Server.Send("y");
            pair.Run();
        }

        Assert.Equal(("xxxxx", "yyyyy", null), (pair.Server.Text, pair.Client.Text, pair.Server.Failure));
    }

    [Fact]
    public void KeyUpdate_WithoutEnd_EndsTheConnection()
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client(SslProtocols.Tls13)), Settings.OpenSsl(Settings.Server()));
        var updates = 0;
        for (; updates < 10_000 && pair.Server.Failure is null; updates++)
        {
            NativeCalls.RequestKeyUpdate((OpenSslSession)pair.Client.Session);
            pair.Client.Send("x");
            pair.Carry(pair.Client, pair.Server); // and reads no answer
        }

        Assert.Equal(TlsFailure.Protocol, pair.Server.Failure);
        Assert.InRange(pair.Server.PendingOutput, 1_000, 20_000);
    }

    [Fact]
    public void Events_ThatThrow_ThrowOutOfTheCall()
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client()), Settings.OpenSsl(Settings.Server()));
        pair.Client.WriteError = new InvalidOperationException("no room");
        var error = Assert.Throws<InvalidOperationException>(() => pair.Client.Send("x"));
        Assert.Equal("no room", error.Message);
    }
}
