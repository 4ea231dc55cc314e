// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Mare.Cli.Tests.Samples;

/// <summary>Is what the room told a client.</summary>
internal sealed record ChatEvent(JsonElement Json)
{
    public string Type => Text("type");

    public string Text(string name) => Json.GetProperty(name).GetString()!;

    public long Number(string name) => Json.GetProperty(name).GetInt64();

    public bool Flag(string name) => Json.GetProperty(name).GetBoolean();

    public IReadOnlyList<ChatEvent> List(string name) => [.. Json.GetProperty(name).EnumerateArray().Select(static e => new ChatEvent(e))];

    /// <summary>Gets the texts of a welcome's messages.</summary>
    public IEnumerable<string> Messages => List("messages").Select(static m => m.Text("text"));

    /// <summary>Gets the names of a welcome's people.</summary>
    public IEnumerable<string> People => List("people").Select(static p => p.Text("name"));

    /// <summary>Gets the name of the person that this is about.</summary>
    public string Person => new ChatEvent(Json.GetProperty("person")).Text("name");
}
