// SPDX-License-Identifier: MIT
using System.Text;

namespace Mare.Tests.Http;

/// <summary>The end of a server with plain connections: idle ones are closed, answers under way come to their end.</summary>
public sealed class StopTests
{
    [Fact]
    public void Stop_WithAnIdleConnection_ClosesItQuietly()
    {
        using var server = Answers.ServeEcho();
        var client = server.Request(Requests.Get());
        client.ReadPlain();
        var stop = server.Server.StopAsync();
        server.Run();
        client.AssertNothingFollows();
        Assert.True(client.Peer.IsEndOfStream);
        client.Leave();
        server.Loops.RunUntilDone(stop);
    }

    [Fact]
    public void Stop_WithHalfARequest_Is503()
    {
        using var server = Answers.ServeEcho();
        var client = server.Request([.. Requests.Get(), .. "GET"u8]);
        client.ReadPlain();
        var stop = server.Server.StopAsync();
        server.Run();
        Assert.Equal(503, client.ReadPlainAndEnd().Status);
        client.Leave();
        server.Loops.RunUntilDone(stop);
    }

    [Fact]
    public void Stop_WhileTheHandlerWaits_SendsItsAnswer()
    {
        var gate = new TaskCompletionSource<PlainResponse?>();
        using var server = Answers.ServeAsync(async (_, _) => await gate.Task);
        var client = server.Request([.. Requests.Get(), .. Requests.Get()]);
        var stop = server.Server.StopAsync();
        server.Run();
        Assert.False(stop.IsCompleted);
        gate.SetResult(PlainResponse.Text("last"));
        server.Run();
        Assert.Equal("last", client.ReadPlainAndEnd().Body);
        client.Leave();
        server.Loops.RunUntilDone(stop);
    }

    [Fact]
    public void Stop_WhileAnAnswerIsTaken_SendsItAll()
    {
        using var server = Answers.Serve(static _ => new PlainResponse(200, Encoding.ASCII.GetBytes(new string('x', 1_000_000))));
        var client = server.Connect();
        client.Peer.StopReading();
        client.Send([.. Requests.Get(), .. Requests.Get()]);
        var stop = server.Server.StopAsync();
        server.Run();
        client.ResumeReading();
        Assert.Equal(1_000_000, client.ReadPlain().Body.Length);
        client.AssertNothingFollows();
        Assert.True(client.Peer.IsEndOfStream);
        client.Leave();
        server.Loops.RunUntilDone(stop);
    }

    [Fact]
    public void Stop_WithAHandlerThatHeedsItsToken_EndsAtTheDeadline()
    {
        using var server = Answers.ServeAsync(static async (_, token) =>
        {
            await Until.CancelledAsync(token);
            return null;
        });
        server.Request(Requests.Get());
        var stop = server.Server.StopAsync(TimeSpan.FromSeconds(1));
        server.Advance(0.9);
        Assert.False(stop.IsCompleted);
        server.Advance(0.1);
        server.Loops.RunUntilDone(stop);
    }
}
