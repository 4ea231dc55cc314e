// SPDX-License-Identifier: MIT
namespace Mare.Tests.Docs.Readme;

/// <summary>The program that the README shows. It is compiled; its actor is run below.</summary>
internal static class Program
{
    public static async Task RunAsync()
    {
        await using var server = await WebSocketServer.StartAsync(
            new WebSocketServerOptions { Host = "localhost", Port = 8080 }, request => new Echo());
        Console.WriteLine($"Listening on {server.EndPoints[0]}");
        await server.WaitForShutdownAsync();          // Ctrl-C or SIGTERM drains, then stops
    }
}

sealed class Echo : WebSocketServerActor
{
    protected override void OnTextMessageUtf8(ReadOnlySpan<byte> utf8) => Connection.SendText(utf8);
    protected override void OnBinaryMessage(ReadOnlySpan<byte> data) => Connection.SendBinary(data);
}

public sealed class ReadmeTests
{
    [Fact]
    public void Echo_OfTheReadme_Echoes()
    {
        using var server = new MemoryServer(factory: static _ => new Echo());
        var client = server.Open();
        client.Send(ClientFrames.Text("hello"), ClientFrames.Binary([1, 2, 3]));
        var frames = client.ReadFrames();
        Assert.Equal("hello", frames[0].Text);
        Assert.Equal([1, 2, 3], frames[1].Payload);
    }
}
