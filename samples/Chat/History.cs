// SPDX-License-Identifier: MIT
namespace Chat;

/// <summary>Holds the last messages of a room, within bounds of number and of characters: a newcomer gets them all at once.</summary>
internal sealed class History(int maxMessages, int maxCharacters)
{
    private readonly Queue<Message> _messages = new();
    private long _lastId;
    private int _characters;

    /// <summary>Numbers a message and keeps it; the oldest go when there are too many.</summary>
    public Message Add(string by, string name, string text, DateTimeOffset at, string key)
    {
        var message = new Message(++_lastId, by, name, text, at.ToUnixTimeMilliseconds(), key);
        _messages.Enqueue(message);
        _characters += text.Length;
        while (_messages.Count > maxMessages || _characters > maxCharacters) _characters -= _messages.Dequeue().Text.Length;
        return message;
    }

    /// <summary>Looks for a message that was said before under this key.</summary>
    public Message? Find(string by, string key) => _messages.FirstOrDefault(m => m.Key == key && m.By == by);

    /// <summary>Gets what was said after a message.</summary>
    /// <param name="id">The message's number; 0 for all.</param>
    /// <param name="isGap">Whether some of it is not held any more.</param>
    public IReadOnlyList<Message> Since(long id, out bool isGap)
    {
        isGap = id > 0 && _messages.TryPeek(out var oldest) && oldest.Id > id + 1;
        return [.. _messages.Where(m => m.Id > id)];
    }
}
