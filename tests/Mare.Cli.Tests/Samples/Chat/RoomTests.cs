// SPDX-License-Identifier: MIT
using System.Globalization;
using Mare.Protocol;

namespace Mare.Cli.Tests.Samples;

/// <summary>samples/Chat: the room, as its clients see it.</summary>
public sealed class RoomTests : IDisposable
{
    private readonly ChatRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public void Join_IsWelcomedAndTold()
    {
        var (ada, first) = _room.Join("Ada");
        Assert.Equal(["Ada"], first.People);
        Assert.Empty(first.Messages);
        var (bo, second) = _room.Join(" Bo\u202e \n Bo ");
        Assert.Equal(["Ada", "Bo Bo"], second.People);
        Assert.Equal(first.Text("room"), second.Text("room"));
        Assert.NotEqual(first.Text("you"), second.Text("you"));
        Assert.Equal("Bo Bo", ada.Read().Person);
        bo.Reset();
        var left = ada.Read();
        Assert.Equal(("left", "Bo Bo"), (left.Type, left.Person));
    }

    [Fact]
    public void Say_IsToldToAll_InOrder()
    {
        var (ada, welcome) = _room.Join("Ada");
        var (bo, _) = _room.Join("Bo");
        ada.Read();
        ada.Say("  one\u0007 ", "k1");
        bo.Say("two", "k2");
        foreach (var client in new[] { ada, bo })
        {
            var one = client.Read();
            Assert.Equal(("message", 1, "one", "Ada", "k1"), (one.Type, one.Number("id"), one.Text("text"), one.Text("name"), one.Text("key")));
            Assert.Equal(welcome.Text("you"), one.Text("by"));
            Assert.Equal((2, "two"), (Next(client)));
        }

        static (long, string) Next(ChatClient client)
        {
            var e = client.Read();
            return (e.Number("id"), e.Text("text"));
        }
    }

    [Fact]
    public void Say_OfNothing_IsNotTold()
    {
        var (ada, _) = _room.Join("Ada");
        ada.Say(" \u200b\n ", "k");
        ada.AssertNothing();
    }

    [Fact]
    public void Say_Again_IsToldToItsAuthorOnly()
    {
        var (ada, _) = _room.Join("Ada");
        var (bo, _) = _room.Join("Bo");
        ada.Read();
        ada.Say("once", "k1");
        ada.Read();
        bo.Read();
        ada.Say("once", "k1");
        Assert.Equal(1, ada.Read().Number("id"));
        bo.AssertNothing();
        // Another's key is another message.
        bo.Say("mine", "k1");
        Assert.Equal(2, ada.Read().Number("id"));
    }

    [Fact]
    public void Newcomer_GetsTheLastTwoHundred()
    {
        for (var i = 0; i < 9; i++)
        {
            var (author, _) = _room.Join("Author" + i.ToString(CultureInfo.InvariantCulture));
            for (var j = 0; j < 25; j++) author.Say($"{(i * 25) + j}", $"{i}.{j}");
            author.Reset();
        }

        var (_, welcome) = _room.Join("New");
        Assert.Equal(Enumerable.Range(25, 200).Select(static i => i.ToString(CultureInfo.InvariantCulture)), welcome.Messages);
        Assert.False(welcome.Flag("isGap"));
    }

    [Fact]
    public void Newcomer_AfterLongMessages_GetsAHundredThousandCharacters()
    {
        for (var i = 0; i < 3; i++)
        {
            var (author, _) = _room.Join("Author" + i.ToString(CultureInfo.InvariantCulture));
            for (var j = 0; j < 25; j++) author.Say(new string('x', 2000), $"{i}.{j}");
        }

        Assert.Equal(50, _room.Join("New").Welcome.Messages.Count());
    }

    [Fact]
    public void Return_WithSince_GetsWhatIsNew()
    {
        var (ada, welcome) = _room.Join("Ada");
        var (bo, _) = _room.Join("Bo");
        ada.Say("one", "1");
        ada.Reset();
        bo.Say("two", "2");
        bo.Say("three", "3");
        var (_, again) = _room.Join("Ada", room: welcome.Text("room"), since: 1);
        Assert.Equal(["two", "three"], again.Messages);
        Assert.Equal(welcome.Text("you"), again.Text("you"));
        var (_, other) = _room.Join("Chen", room: "of another life", since: 2);
        Assert.Equal(["one", "two", "three"], other.Messages);
    }

    [Fact]
    public void Return_AfterTooMany_IsToldOfTheGap()
    {
        var (_, welcome) = _room.Join("Reader");
        for (var i = 0; i < 8; i++)
        {
            var (author, _) = _room.Join("Author" + i.ToString(CultureInfo.InvariantCulture));
            for (var j = 0; j < 28; j++) author.Say("text", $"{i}.{j}");
            author.Reset();
        }

        // 224 were said; 25 to 224 are held.
        Assert.True(_room.Join("Gap", room: welcome.Text("room"), since: 23).Welcome.Flag("isGap"));
        Assert.False(_room.Join("NoGap", room: welcome.Text("room"), since: 24).Welcome.Flag("isGap"));
    }

    [Fact]
    public void Session_ConnectedAgain_TakesOverInSilence()
    {
        var (ada, welcome) = _room.Join("Ada", "secret");
        var (bo, _) = _room.Join("Bo");
        ada.Read();
        var (again, second) = _room.Join("Ada", "secret");
        Assert.Equal((4000, "connected again"), ada.ReadClose());
        Assert.Equal(welcome.Text("you"), second.Text("you"));
        Assert.Equal(["Ada", "Bo"], second.People.Order());
        bo.AssertNothing();
        again.Say("still me", "k");
        Assert.Equal("still me", bo.Read().Text("text"));
        ada.AssertNothing();
        ada.Reset();
        bo.AssertNothing();
    }

    [Fact]
    public void Session_ConnectedAgainByAnotherName_IsRenamed()
    {
        _room.Join("Ada", "secret");
        var (bo, _) = _room.Join("Bo");
        _room.Join("Ada L.", "secret");
        var renamed = bo.Read();
        Assert.Equal(("renamed", "Ada L.", "Ada"), (renamed.Type, renamed.Person, renamed.Text("was")));
    }

    [Fact]
    public void Rename_IsToldToAll()
    {
        var (ada, _) = _room.Join("Ada");
        var (bo, _) = _room.Join("Bo");
        ada.Read();
        bo.SendJson("""{"type":"rename","name":"  "}""");
        foreach (var client in new[] { ada, bo })
        {
            var renamed = client.Read();
            Assert.Equal(("renamed", "Guest", "Bo"), (renamed.Type, renamed.Person, renamed.Text("was")));
        }

        bo.SendJson("""{"type":"rename","name":"Guest"}""");
        ada.AssertNothing();
    }

    [Fact]
    public void Typing_IsToldToOthers()
    {
        var (ada, _) = _room.Join("Ada");
        var (bo, welcome) = _room.Join("Bo");
        ada.Read();
        bo.SendJson("""{"type":"typing"}""");
        var typing = ada.Read();
        Assert.Equal(("typing", welcome.Text("you")), (typing.Type, typing.Text("by")));
        bo.AssertNothing();
    }

    [Fact]
    public void Ping_IsAnswered()
    {
        var (ada, _) = _room.Join("Ada");
        ada.SendJson("""{"type":"ping"}""");
        Assert.Equal("pong", ada.Read().Type);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"type\":\"say\"")]
    [InlineData("{\"type\":\"say\",\"text\":\"x\"}")]
    [InlineData("{\"type\":\"say\",\"text\":null,\"key\":\"k\"}")]
    [InlineData("{\"type\":\"say\",\"text\":7,\"key\":\"k\"}")]
    [InlineData("{\"type\":\"say\",\"text\":\"\\ud800\",\"key\":\"k\"}")]
    [InlineData("{\"type\":\"rename\"}")]
    public void Message_ThatIsNone_Is1007(string json)
    {
        var (ada, _) = _room.Join("Ada");
        ada.SendJson(json);
        Assert.Equal((1007, "not a message of this chat"), ada.ReadClose());
    }

    [Theory]
    [InlineData("{\"type\":\"dance\"}")]
    [InlineData("{\"type\":7}")]
    [InlineData("{}")]
    public void Message_OfUnknownType_IsAnError(string json)
    {
        var (ada, _) = _room.Join("Ada");
        ada.SendJson(json);
        var error = ada.Read();
        Assert.Equal(("error", "The type of the message is not known."), (error.Type, error.Text("text")));
        ada.Say("goes on", "k");
        Assert.Equal("goes on", ada.Read().Text("text"));
    }

    [Fact]
    public void Message_WithItsTypeLast_IsTaken()
    {
        var (ada, _) = _room.Join("Ada");
        ada.SendJson("""{"text":"x","key":"k","type":"say"}""");
        Assert.Equal("x", ada.Read().Text("text"));
    }

    [Fact]
    public void Text_TooLong_IsAnErrorThatNamesIt()
    {
        var (ada, _) = _room.Join("Ada");
        ada.Say(new string('x', 2000), "k1");
        Assert.Equal(2000, ada.Read().Text("text").Length);
        ada.Say(new string('x', 2001), "k2");
        var error = ada.Read();
        Assert.Equal(("error", "A message has at most 2000 characters.", "k2"), (error.Type, error.Text("text"), error.Text("key")));
        ada.Say("x", new string('k', 65));
        Assert.Equal("A key has at most 64 characters.", ada.Read().Text("text"));
        ada.SendJson(new string('x', 17_000));
        Assert.Equal(1009, ada.ReadClose().Code);
    }

    [Fact]
    public void Binary_Is1003()
    {
        var (ada, _) = _room.Join("Ada");
        ada.SendFrame(Opcode.Binary, [1]);
        Assert.Equal((1003, "messages are text"), ada.ReadClose());
    }

    [Fact]
    public void Messages_TooManyAtOnce_Are1008()
    {
        var (ada, _) = _room.Join("Ada");
        for (var i = 0; i < 30; i++) ada.Say("x", i.ToString(CultureInfo.InvariantCulture));
        _room.Advance(1);
        for (var i = 30; i < 35; i++) ada.Say("x", i.ToString(CultureInfo.InvariantCulture));
        for (var i = 1; i <= 35; i++) Assert.Equal(i, ada.Read().Number("id"));
        ada.Say("x", "35");
        Assert.Equal((1008, "too many messages"), ada.ReadClose());
        ada.AssertNothing();
    }

    [Fact]
    public void Silent_ButAlive_StaysAndDeadDoesNot()
    {
        var (ada, _) = _room.Join("Ada");
        var (bo, _) = _room.Join("Bo");
        bo.AnswersPings = false;
        ada.Read();
        for (var i = 0; i < 3; i++)
        {
            _room.Advance(30);
            ada.Receive();
            bo.Receive();
        }

        Assert.True(ada.Pings > 0);
        Assert.Null(ada.Closed);
        Assert.True(bo.WasDropped);
    }

    [Fact]
    public void Reader_TooSlow_IsLetGo()
    {
        var (slow, _) = _room.Join("Slow");
        slow.StopReading();
        // What waits for it is bounded by a megabyte; each message of 2000 characters is 12 KB of JSON.
        for (var i = 0; i < 5; i++)
        {
            var (author, _) = _room.Join("Author" + i.ToString(CultureInfo.InvariantCulture));
            for (var j = 0; j < 29; j++) author.Say(new string('\u4e2d', 2000), $"{i}.{j}");
        }

        slow.ResumeReading();
        Assert.Equal((1013, "reading too slowly"), slow.ReadClose());
    }

    [Fact]
    public void Room_Full_Is1013()
    {
        for (var i = 0; i < 500; i++) _room.Connect("Many", i.ToString(CultureInfo.InvariantCulture));
        Assert.Equal((1013, "the room is full"), _room.Connect("Late", "late").ReadClose());
        // Who is in already may come again.
        Assert.Equal("welcome", _room.Connect("Many", "7").Read().Type);
    }

    [Theory]
    [InlineData("http://chat.example", 101)]
    [InlineData("http://CHAT.example:80", 101)]
    [InlineData("https://chat.example", 403)]
    [InlineData("http://evil.example", 403)]
    [InlineData("http://chat.example:81", 403)]
    [InlineData("http://chat.example.evil.example", 403)]
    [InlineData("null", 403)]
    public void Page_OfAnotherOrigin_Is403(string origin, int status) =>
        Assert.Equal(status, _room.Connect("Ada", "a", origin: origin).Status);
}
