// SPDX-License-Identifier: MIT
using Chat;
using Mare.Testing;

namespace Mare.Cli.Tests.Samples;

/// <summary>Is the chat's server in memory, on two loops and a clock that the test moves.</summary>
internal sealed class ChatRoom : IDisposable
{
    private readonly InMemoryNetwork _network = new();
    private readonly ManualLoops _loops;
    private readonly WebSocketServer _server;
    private readonly List<ChatClient> _clients = [];

    public ChatRoom()
    {
        _loops = new ManualLoops(_network, 2);
        var room = new Room(_loops.Group.Loops[0]);
        var options = new WebSocketServerOptions
        {
            Host = "127.0.0.1",
            EventLoops = _loops.Group,
            MaxMessageSize = 16 * 1024,
        };
        var start = WebSocketServer.StartAsync(options, _ => new ChatActor(room));
        _loops.RunUntilDone(start);
        _server = start.Result;
    }

    /// <summary>Connects, and takes part once the welcome is read.</summary>
    public ChatClient Connect(string name, string session, string room = "", long since = 0, string? origin = null)
    {
        var query = $"?name={Escape(name)}&session={Escape(session)}&room={Escape(room)}&since={since}";
        var client = new ChatClient(this, _network.Connect(_server.EndPoints[0].Address), "/chat" + query, origin);
        _clients.Add(client);
        return client;
    }

    /// <summary>Joins, and takes the welcome.</summary>
    public (ChatClient Client, ChatEvent Welcome) Join(string name, string? session = null, string room = "", long since = 0)
    {
        var client = Connect(name, session ?? name, room, since);
        Assert.Equal(101, client.Status);
        var welcome = client.Read();
        Assert.Equal("welcome", welcome.Type);
        return (client, welcome);
    }

    public void Run() => _loops.RunUntilIdle();

    public void Advance(double seconds) => _loops.Advance(TimeSpan.FromSeconds(seconds));

    private static string Escape(string value) => Uri.EscapeDataString(value);

    public void Dispose()
    {
        var stop = _server.StopAsync(TimeSpan.Zero);
        _loops.RunUntilDone(stop);
        _loops.ThrowIfAnythingIsHeld();
        _loops.Dispose();
        foreach (var client in _clients) client.Dispose();
    }
}
