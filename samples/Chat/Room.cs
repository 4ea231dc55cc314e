// SPDX-License-Identifier: MIT
using System.Text.Json;
using Lori;
using Mare;

namespace Chat;

/// <summary>
/// Is the room: an actor of its own on one event loop, so its members and messages need no lock. Connections, on whichever
/// loop, post to it; it sends through them, which any thread may.
/// </summary>
internal sealed class Room(EventLoop loop) : Actor(loop)
{
    private const int MaxMembers = 500;

    // A tab that says who it is a second time takes over from the first.
    private const CloseCode TakenOver = (CloseCode)4000;

    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly History _history = new(maxMessages: 200, maxCharacters: 100_000);
    private readonly Dictionary<ChatActor, Person> _people = [];

    public static byte[] Encode(ToClient message) => JsonSerializer.SerializeToUtf8Bytes(message, ChatJson.Default.ToClient);

    public void Join(ChatActor actor, JoinRequest join)
    {
        var before = TakeOver(join.Id);
        if (_people.Count == MaxMembers)
        {
            actor.Connection.Close(CloseCode.TryAgainLater, "the room is full");
            return;
        }

        var person = new Person(join.Id, join.Name);
        _people.Add(actor, person);
        var messages = _history.Since(join.Room == _id ? join.Since : 0, out var isGap);
        actor.Tell(Encode(new Welcome(_id, person.Id, [.. _people.Values], messages, isGap)));
        if (before is null) TellOthers(actor, new Joined(person));
        else if (before.Name != person.Name) TellOthers(actor, new Renamed(person, before.Name));
    }

    public void Say(ChatActor actor, Say say)
    {
        var text = Texts.Clean(say.Text);
        if (!_people.TryGetValue(actor, out var person) || text.Length == 0) return;
        // Said before, but the client lost the connection before it knew.
        if (_history.Find(person.Id, say.Key) is { } known) actor.Tell(Encode(known));
        else TellAll(_history.Add(person.Id, person.Name, text, Loop.TimeProvider.GetUtcNow(), say.Key));
    }

    public void Rename(ChatActor actor, Rename rename)
    {
        if (!_people.TryGetValue(actor, out var person)) return;
        var renamed = person with { Name = Texts.CleanName(rename.Name) };
        _people[actor] = renamed;
        if (renamed != person) TellAll(new Renamed(renamed, person.Name));
    }

    public void Typing(ChatActor actor)
    {
        if (_people.TryGetValue(actor, out var person)) TellOthers(actor, new IsTyping(person.Id));
    }

    public void Leave(ChatActor actor)
    {
        if (_people.Remove(actor, out var person)) TellAll(new Left(person));
    }

    /// <summary>Ends the older connection of who joins again.</summary>
    private Person? TakeOver(string id)
    {
        foreach (var (actor, person) in _people)
        {
            if (person.Id != id) continue;
            _people.Remove(actor);
            actor.Connection.Close(TakenOver, "connected again");
            return person;
        }

        return null;
    }

    private void TellAll(ToClient message) => TellOthers(null, message);

    /// <summary>Encodes once, sends to many.</summary>
    private void TellOthers(ChatActor? but, ToClient message)
    {
        var json = Encode(message);
        foreach (var actor in _people.Keys)
        {
            if (!ReferenceEquals(actor, but)) actor.Tell(json);
        }
    }
}
