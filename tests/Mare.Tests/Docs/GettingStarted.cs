// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Mare.Tests.Docs.GettingStarted;

/// <summary>The program of the guide's first page. It is compiled; its actor is run below.</summary>
internal static class Program
{
    public static async Task RunAsync()
    {
        await using var server = await WebSocketServer.StartAsync(
            new WebSocketServerOptions { Host = "localhost", Port = 8080 }, request => new Guess());
        Console.WriteLine($"Listening on {server.EndPoints[0]}");
        await server.WaitForShutdownAsync();
    }
}

sealed class Guess : WebSocketServerActor
{
    private readonly int _secret = Random.Shared.Next(1, 101);
    private int _tries;

    protected override void OnOpen() => Connection.SendText("I think of a number from 1 to 100. Guess!");

    protected override void OnTextMessage(string text)
    {
        if (!int.TryParse(text, out var guess))
        {
            Connection.SendText("That is no number.");
            return;
        }

        _tries++;
        if (guess == _secret)
        {
            Connection.SendText($"Yes! You needed {_tries}.");
            Connection.Close();
        }
        else
        {
            Connection.SendText(guess < _secret ? "More." : "Less.");
        }
    }

    protected override void OnClosed(CloseStatus status, string reason) =>
        Console.WriteLine($"A player left after {_tries} tries: {status}");
}

public sealed class GuessTests
{
    [Fact]
    public void Guess_OfTheGuide_CanBePlayed()
    {
        using var server = new MemoryServer(factory: static _ => new Guess());
        var client = server.Open();
        Assert.StartsWith("I think", client.ReadFrame().Text, StringComparison.Ordinal);
        client.Send(ClientFrames.Text("what?"));
        Assert.Equal("That is no number.", client.ReadFrame().Text);
        var (low, high, tries) = (1, 100, 0);
        while (true)
        {
            Assert.True(low <= high, "no number is left");
            var guess = (low + high) / 2;
            tries++;
            client.Send(ClientFrames.Text(guess.ToString(CultureInfo.InvariantCulture)));
            var frames = client.ReadFrames();
            if (frames.Count == 2)
            {
                Assert.Equal($"Yes! You needed {tries}.", frames[0].Text);
                Assert.Equal(1000, frames[1].CloseCode);
                return;
            }

            if (frames[0].Text == "More.") low = guess + 1;
            else high = guess - 1;
        }
    }
}
