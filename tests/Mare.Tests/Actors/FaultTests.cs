// SPDX-License-Identifier: MIT
namespace Mare.Tests.Actors;

/// <summary>An exception that escapes an actor ends its connection, is logged once, and touches no other.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData("OnOpen")]
    [InlineData("OnTextMessage")]
    [InlineData("OnBinaryMessage")]
    [InlineData("OnPong")]
    [InlineData("OnThrottled")]
    [InlineData("OnUnthrottled")]
    [InlineData("OnIdleTimeout")]
    [InlineData("Post")]
    [InlineData("Timer")]
    public void Callback_Throwing_ClosesWith1011(string callback)
    {
        var faulty = true;
        using var server = new MemoryServer(
            a =>
            {
                a.ClosesWhenIdle = false;
                var throws = !faulty;
                a.Hook = (_, name) =>
                {
                    if (throws && name == callback) throw new InvalidOperationException(callback);
                };
            },
            static o => o.IdleTimeout = TimeSpan.FromSeconds(30));
        server.ExpectedErrors = 1;
        var bystander = server.Open();
        faulty = false;
        var client = server.Open();
        Everything.Provoke(server, client);
        Assert.Equal(1011, client.ReadFrames()[^1].CloseCode);
        client.Send(ClientFrames.Close(1011));
        client.Leave();
        Connections.PeerCloseTests.AssertClosed(
            server.Actor, CloseStatus.InternalError, "", CloseInitiator.Self, cleanly: true);
        var line = Assert.Single(server.Log.Errors);
        Assert.Contains(nameof(ProbeActor), line.Text, StringComparison.Ordinal);
        Assert.Equal(callback, line.Exception!.Message);

        bystander.Send(ClientFrames.Text("alive"));
        Assert.Equal("OnTextMessage alive", server.Actors[0].Calls[^1]);
    }

    [Theory]
    [InlineData("OnClosed")]
    [InlineData("Dispose")]
    public void Callback_ThrowingAtTheEnd_IsLoggedAndEndsAllTheSame(string callback)
    {
        using var server = new MemoryServer(a => a.Hook = (_, name) =>
        {
            if (name == callback) throw new InvalidOperationException(callback);
        });
        server.ExpectedErrors = 1;
        server.Open().Leave();
        Assert.Equal(["OnClosed 1006", "Dispose"], server.Actor.Calls.Skip(2));
        Assert.Equal(callback, Assert.Single(server.Log.Errors).Exception!.Message);
        Assert.Equal(0, server.Server.ConnectionCount);
    }

    [Fact]
    public void Dispose_ThrowingAfterARefusal_IsLogged()
    {
        using var server = new MemoryServer(static a =>
        {
            a.Decide = static _ => false;
            a.Hook = static (_, name) =>
            {
                if (name == "Dispose") throw new InvalidOperationException(name);
            };
        });
        server.ExpectedErrors = 1;
        Assert.Equal(403, server.Request(Requests.Upgrade()).ReadAnswer().Status);
    }

    [Fact]
    public void Constructor_Throwing_Answers500()
    {
        using var server = new MemoryServer(factory: static _ => new Unborn());
        server.ExpectedErrors = 1;
        Assert.Equal(500, server.Request(Requests.Upgrade()).ReadAnswer().Status);
        Assert.Equal(500, SecondRequest(server));
        server.ExpectedErrors = 2;
    }

    [Fact]
    public void Callback_ThrowingAgainWhileClosing_ChangesNothing()
    {
        using var server = new MemoryServer(static a => a.Hook = static (_, name) => Throw(name));
        server.ExpectedErrors = 4;
        var client = server.Open();
        server.OnLoop(static a => a.Run("Post"));
        server.OnLoop(static a => a.Run("Post"));
        Assert.Equal(1011, client.ReadFrame().CloseCode);
        client.Leave();
        Assert.Equal(1, server.Actor.CountOf("OnClosed"));

        static void Throw(string name)
        {
            if (name is "OnOpen" or "Post" or "OnClosed") throw new InvalidOperationException(name);
        }
    }

    private static int SecondRequest(MemoryServer server) => server.Request(Requests.Upgrade()).ReadAnswer().Status;

    private sealed class Unborn : WebSocketServerActor
    {
        public Unborn()
        {
            throw new InvalidOperationException("never");
        }
    }
}
