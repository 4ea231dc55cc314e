// SPDX-License-Identifier: MIT
using Lori.Tls;
using Mare.Testing;

namespace Lori.Tests.Tls.OpenSsl;

/// <summary>Joins a client's and a server's session in memory; what each writes is carried over in pieces of any size.</summary>
internal sealed class SessionPair : IDisposable
{
    private readonly ManualLoops _loops = new(new InMemoryNetwork());
    private readonly Func<int> _piece;

    /// <param name="client">The client's context.</param>
    /// <param name="server">The server's context.</param>
    /// <param name="piece">Gives the size of each piece; all at once by default.</param>
    public SessionPair(TlsContext client, TlsContext server, Func<int>? piece = null)
    {
        _piece = piece ?? (static () => int.MaxValue);
        Client = new SessionSide(client, _loops.Group.Loops[0]);
        Server = new SessionSide(server, _loops.Group.Loops[0]);
    }

    public SessionSide Client { get; }

    public SessionSide Server { get; }

    /// <summary>Makes a pair whose handshake is complete.</summary>
    public static SessionPair Connected(TlsContext client, TlsContext server, Func<int>? piece = null)
    {
        var pair = new SessionPair(client, server, piece);
        pair.Handshake();
        Assert.Equal((null, null), (pair.Client.Detail, pair.Server.Detail));
        Assert.Equal((1, 1), (pair.Client.Handshakes, pair.Server.Handshakes));
        return pair;
    }

    public void Handshake()
    {
        Client.Session.Start();
        Server.Session.Start();
        Run();
    }

    /// <summary>Carries over until neither side has anything to say.</summary>
    public void Run()
    {
        while (Client.PendingOutput + Server.PendingOutput > 0)
        {
            Carry(Client, Server);
            Carry(Server, Client);
        }
    }

    public void Carry(SessionSide from, SessionSide to) => Give(to, from.TakeOutput());

    public void Give(SessionSide side, byte[] bytes)
    {
        for (var at = 0; at < bytes.Length && side.Failure is null;)
        {
            var count = Math.Min(_piece(), bytes.Length - at);
            side.Session.Receive(bytes.AsSpan(at, count).ToArray());
            at += count;
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        _loops.Dispose();
    }
}
