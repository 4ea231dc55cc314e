// SPDX-License-Identifier: MIT
using System.Text;

namespace Mare.Tests.Docs.Rooms;

/// <summary>The program of the page about rooms. It is compiled; its actors are run below.</summary>
internal static class Program
{
    public static async Task RunAsync()
    {
        using var loops = new EventLoopGroup();
        var room = new Room(loops.Next());
        await using var server = await WebSocketServer.StartAsync(
            new WebSocketServerOptions { EventLoops = loops }, request => new Member(room));
        await server.WaitForShutdownAsync();
    }
}

sealed class Room(EventLoop loop) : Actor(loop)
{
    private readonly HashSet<Member> _members = [];

    public void Join(Member member)
    {
        _members.Add(member);
        Say($"{_members.Count} are here.");
    }

    public void Leave(Member member)
    {
        _members.Remove(member);
        Say($"{_members.Count} are here.");
    }

    public void Say(string text)
    {
        // Encoded once, sent to all: any thread may send on any connection.
        var utf8 = Encoding.UTF8.GetBytes(text);
        foreach (var member in _members) member.Connection.SendText(utf8);
    }

    public void Count(Member asker) => asker.Post(static (me, count) => me.TellCount(count), _members.Count);
}

sealed class Member(Room room) : WebSocketServerActor
{
    protected override void OnOpen() => room.Post(static (room, me) => room.Join(me), this);

    protected override void OnTextMessage(string text)
    {
        if (text == "/count") room.Post(static (room, me) => room.Count(me), this);
        else room.Post(static (room, text) => room.Say(text), text);
    }

    protected override void OnClosed(CloseStatus status, string reason) => room.Post(static (room, me) => room.Leave(me), this);

    public void TellCount(int count) => Connection.SendText($"You are one of {count}.");
}

public sealed class RoomsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Room_OfTheGuide_IsSharedByAllLoops(int loops)
    {
        Room room = null!;
        using var server = new MemoryServer(loops: loops, factory: _ => new Member(room));
        room = new Room(server.Loops.Group.Loops[^1]);
        var clients = Enumerable.Range(0, 4).Select(_ => server.Open()).ToArray();
        Assert.Equal(["1 are here.", "2 are here.", "3 are here.", "4 are here."], clients[0].ReadFrames().Select(static f => f.Text));
        foreach (var client in clients[1..]) client.ReadFrames();
        clients[1].Send(ClientFrames.Text("hello"));
        Assert.All(clients, static c => Assert.Equal("hello", c.ReadFrame().Text));
        clients[2].Send(ClientFrames.Text("/count"));
        Assert.Equal("You are one of 4.", clients[2].ReadFrame().Text);
        clients[3].Leave();
        Assert.All(clients[..3], static c => Assert.Equal("3 are here.", c.ReadFrame().Text));
        Assert.Equal(loops, server.Loops.Usage.Count(static u => u.Connections > 0));
    }
}
