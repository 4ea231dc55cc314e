// SPDX-License-Identifier: MIT
namespace Mare.Tests.Docs.Sending;

sealed class PacedEcho : WebSocketServerActor
{
    protected override void OnBinaryMessage(ReadOnlySpan<byte> data)
    {
        // The client does not read what it gets back: then it is not read from either.
        if (Connection.SendBinary(data) == SendStatus.AcceptedThrottled) Connection.PauseReading();
    }

    protected override void OnUnthrottled() => Connection.ResumeReading();
}

sealed class Listing(IAsyncEnumerable<string> lines) : AsyncWebSocketServerActor
{
    protected override async ValueTask OnTextMessageAsync(string text, CancellationToken cancellationToken)
    {
        // Waits while the client is slow; its token is cancelled when the client leaves.
        await foreach (var line in lines.WithCancellation(cancellationToken))
            await Connection.SendTextAsync(line, cancellationToken);
    }
}

sealed class Prices : WebSocketServerActor
{
    // An old price is worth nothing: who is behind gets the newest of each article, once it reads again.
    public void Show(int article, string price) => Connection.SendText(price, new MessageKey(article));
}

sealed class Feed : WebSocketServerActor
{
    // Each entry counts: who is too far behind has to come again.
    public void Add(string entry)
    {
        if (Connection.SendText(entry) == SendStatus.QueueFull) Connection.Close(CloseCode.TryAgainLater, "too slow");
    }
}

public sealed class SendingTests
{
    private static readonly byte[] Message = new byte[10_000];

    private static WebSocketServerOptions Options() =>
        new()
        {
            Connection = { HighWaterMark = 256 * 1024, LowWaterMark = 64 * 1024, MaxQueuedBytes = 4 * 1024 * 1024 },
        };

    [Fact]
    public void PacedEcho_OfTheGuide_LosesNothingToASlowClient()
    {
        using var server = new MemoryServer(factory: static _ => new PacedEcho());
        var client = server.Open();
        client.Peer.StopReading();
        for (var i = 0; i < 100; i++) client.Send(ClientFrames.Binary(Message));
        Assert.True(client.Peer.Undelivered > 500_000, $"{client.Peer.Undelivered} bytes wait for the server");
        client.ResumeReading();
        Assert.Equal(100, client.ReadFrames().Count);
    }

    [Fact]
    public void Listing_OfTheGuide_WaitsForASlowClient()
    {
        var given = 0;
        async IAsyncEnumerable<string> Lines()
        {
            for (; given < 100; given++) yield return new string('x', Message.Length);
            await Task.CompletedTask;
        }

        using var server = new MemoryServer(factory: _ => new Listing(Lines()));
        var client = server.Open();
        client.Peer.StopReading();
        client.Send(ClientFrames.Text("list"));
        Assert.InRange(given, 5, 20);
        client.ResumeReading();
        Assert.Equal((100, 100), (given, client.ReadFrames().Count));
    }

    [Fact]
    public void Prices_OfTheGuide_SparesOldOnesAClientThatIsBehind()
    {
        Prices prices = null!;
        using var server = new MemoryServer(factory: _ => prices = new Prices());
        var client = server.Open();
        client.Peer.StopReading();
        for (var i = 0; i < 100; i++)
        {
            Assert.True(prices.Post(static (me, i) => me.Show(i % 2, $"{i} {new string('1', 10_000)}"), i));
            server.Run();
        }

        client.ResumeReading();
        var frames = client.ReadFrames();
        Assert.InRange(frames.Count, 6, 20);
        Assert.Equal(["98", "99"], frames.TakeLast(2).Select(static f => f.Text.Split(' ')[0]));
    }

    [Fact]
    public void Feed_OfTheGuide_ClosesWhoIsTooSlow()
    {
        Feed feed = null!;
        using var server = new MemoryServer(factory: _ => feed = new Feed(), configure: static o => o.Connection.MaxQueuedBytes = 100_000);
        var client = server.Open();
        client.Peer.StopReading();
        for (var i = 0; i < 100; i++) Assert.True(feed.Post(static (me, text) => me.Add(text), new string('1', 10_000)));
        server.Run();
        client.ResumeReading();
        var end = client.ReadFrames()[^1];
        Assert.Equal((1013, "too slow"), (end.CloseCode, end.CloseReason));
    }

    private static void Configure(WebSocketServerOptions options)
    {
        options.SlowPeerPolicy = SlowPeerPolicy.DropOldest;
    }

    [Fact]
    public void Options_OfTheGuide_AreValid()
    {
        var options = Options();
        Configure(options);
        Assert.Equal(256 * 1024, options.CloneAndValidate().Connection.HighWaterMark);
        Assert.True(options.CloneAndValidate().Connection.DropsOldest);
    }
}
