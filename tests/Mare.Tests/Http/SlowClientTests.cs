// SPDX-License-Identifier: MIT
using System.Text;

namespace Mare.Tests.Http;

/// <summary>Clients that take their answer slowly, or not at all: bounded memory, bounded time.</summary>
public sealed class SlowClientTests
{
    private const int Size = 4 * 1024 * 1024;

    private static readonly PlainResponse Large = new(200, Encoding.ASCII.GetBytes(new string('x', Size - 3) + "end"));

    [Fact]
    public void LargeAnswer_ToAClientThatReads_ArrivesWhole()
    {
        using var server = Serve();
        var client = server.Request([.. Requests.Get(), .. Requests.Get("/next")]);
        AssertLarge(client.ReadPlain());
        AssertLarge(client.ReadPlain());
    }

    [Fact]
    public void LargeAnswer_ToAClientThatDoesNotRead_HoldsLittle()
    {
        using var server = Serve();
        var client = Stalled(server);
        // The window is full; on the wire stands no more than the high water mark and one piece.
        Assert.InRange(server.Loops.Usage[0].RentedBlocks, 1, 6);
        client.ResumeReading();
        AssertLarge(client.ReadPlain());
        client.Send(Requests.Get());
        AssertLarge(client.ReadPlain());
    }

    [Fact]
    public void NextRequest_WhileTheClientDoesNotRead_Waits()
    {
        var asked = 0;
        using var server = Answers.Serve(_ =>
        {
            asked++;
            return Large;
        });
        var client = server.Connect();
        client.Peer.StopReading();
        client.Send([.. Requests.Get(), .. Requests.Get()]);
        Assert.Equal(1, asked);
        client.ResumeReading();
        Assert.Equal(2, asked);
    }

    [Fact]
    public void SmallAnswers_ToAClientThatDoesNotRead_AreHeldBackToo()
    {
        var asked = 0;
        using var server = Answers.Serve(_ =>
        {
            asked++;
            return new PlainResponse(200, new byte[4000]);
        });
        var client = server.Connect();
        client.Peer.StopReading();
        for (var i = 0; i < 500; i++) client.Send(Requests.Get());
        // The window and the high water mark, 64 KiB each, and what makes it overflow.
        Assert.InRange(asked, 30, 34);
        client.ResumeReading();
        Assert.Equal(500, asked);
    }

    [Fact]
    public void Client_ThatTakesNothingInTime_IsDropped()
    {
        using var server = Serve();
        var client = Stalled(server);
        server.Advance(29.9);
        Assert.False(client.Peer.WasReset);
        server.Advance(0.1);
        Assert.True(client.Peer.WasReset);
        Assert.Equal(1, server.Log.CountOf(115));
        Assert.True(server.Loops.Usage[0].IsNothing);
    }

    [Fact]
    public void Client_ThatTakesAPieceInTime_IsServedToTheEnd()
    {
        using var server = Serve();
        var client = Stalled(server);
        var body = new StringBuilder();
        for (var i = 0; i < 200 && body.Length < Size; i++)
        {
            server.Advance(29);
            client.ResumeReading();
            body.Append(Encoding.ASCII.GetString(client.Peer.ReceiveAll()));
            client.Peer.StopReading();
        }

        Assert.EndsWith("end", body.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Client_ThatLeavesInTheMiddle_LeavesNothing(bool resets)
    {
        using var server = Serve();
        var client = Stalled(server);
        if (resets) client.Reset();
        else client.Leave();
        server.Advance(2);
        Assert.True(server.Loops.Usage[0].IsNothing);
    }

    [Fact]
    public void Client_ThatEndsItsSending_GetsItAll()
    {
        using var server = Serve();
        var client = Stalled(server);
        client.Peer.ShutdownSend();
        server.Run();
        client.ResumeReading();
        AssertLarge(client.ReadPlain());
        Assert.True(client.Peer.IsEndOfStream);
    }

    [Fact]
    public void LargeAnswer_BeforeTheEnd_ArrivesWhole()
    {
        using var server = Serve();
        var client = server.Connect();
        client.Peer.StopReading();
        client.Send(Requests.Get("/", "Connection: close"));
        client.ResumeReading();
        AssertLarge(client.ReadPlainAndEnd());
    }

    private static MemoryServer Serve() => Answers.Serve(static _ => Large);

    private static MemoryClient Stalled(MemoryServer server)
    {
        var client = server.Connect();
        client.Peer.StopReading();
        client.Send(Requests.Get());
        return client;
    }

    private static void AssertLarge(HttpAnswer answer) =>
        Assert.Equal((200, Size, "end"), (answer.Status, answer.Body.Length, answer.Body[^3..]));
}
