// SPDX-License-Identifier: MIT
namespace Mare.Tests.Docs.Turns;

sealed class Ticker : WebSocketServerActor
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private LoopTimer? _timer;
    private int _ticks;

    protected override void OnOpen() => _timer = this.StartTimer(Second, static me => me.Tick());

    private void Tick()
    {
        Connection.SendText($"{++_ticks}");
        _timer!.Restart(Second);
    }
}

sealed class Counter : WebSocketServerActor
{
    private int _count;

    // Text and posts come one at a time, on the same loop: the field needs no lock.
    protected override void OnTextMessage(string text) => Add(1);

    public void Add(int number)
    {
        _count += number;
        Connection.SendText($"{_count}");
    }
}

public sealed class TurnsTests
{
    [Fact]
    public void Ticker_OfTheGuide_TicksUntilItsClientLeaves()
    {
        using var server = new MemoryServer(factory: static _ => new Ticker());
        var client = server.Open();
        server.Advance(3);
        Assert.Equal(["1", "2", "3"], client.ReadFrames().Select(static f => f.Text));
        client.Leave();
        server.Advance(10);
    }

    [Fact]
    public void Counter_OfTheGuide_TakesPostsFromAnyThread()
    {
        Counter counter = null!;
        using var server = new MemoryServer(factory: _ => counter = new Counter());
        var client = server.Open();
        client.Send(ClientFrames.Text("one"));
        Assert.Equal("1", client.ReadFrame().Text);
        var elsewhere = new Thread(() =>
        {
            counter.Post(static (me, number) => me.Add(number), 41);
        });
        elsewhere.Start();
        elsewhere.Join();
        server.Run();
        Assert.Equal("42", client.ReadFrame().Text);
        client.Leave();
        Assert.False(counter.Post(static me => me.Add(1)));
    }
}
