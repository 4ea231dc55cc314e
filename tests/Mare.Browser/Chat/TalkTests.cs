// SPDX-License-Identifier: MIT
using Mare.Browser.Browsers;
using Mare.Browser.Servers;
using Microsoft.Playwright;

namespace Mare.Browser.Chat;

/// <summary>Two people in the room: what one does, the other sees.</summary>
public sealed class TalkTests(Chromium chromium) : IAsyncLifetime
{
    private ChatServer _server = null!;
    private Tab _ada = null!;
    private Tab _bo = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ChatServer.StartNewAsync();
        try
        {
            _ada = await Tab.OpenAsync(chromium, _server.Url, "Ada");
            _bo = await Tab.OpenAsync(chromium, _server.Url, "Bo");
        }
        catch
        {
            // What could not begin is not disposed of by the runner.
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_ada is not null) await _ada.DisposeAsync();
        if (_bo is not null) await _bo.DisposeAsync();
        await _server.DisposeAsync();
        _ada?.AssertNoErrors();
        _bo?.AssertNoErrors();
    }

    [Fact]
    public async Task Messages_OfBoth_ArriveAtBoth()
    {
        await _ada.SeesNoteAsync("Bo joined");
        await _ada.SayAsync("hello Bo");
        await _bo.SeesMessageAsync("hello Bo");
        await _bo.SeesAsync("#log .group:not(.own) .name", "Ada");
        await _bo.SayAsync("hello Ada");
        await _ada.SeesMessageAsync("hello Ada");
        await _ada.SeesAsync("#log .group.own .bubble", "hello Bo");
        await _ada.SeesNoAsync("#pending .group");
        Assert.Equal(["hello Bo", "hello Ada"], await _ada.MessagesAsync());
        Assert.Equal(["hello Bo", "hello Ada"], await _bo.MessagesAsync());
    }

    [Fact]
    public async Task Newcomer_GetsWhatWasSaid_AndTheNames()
    {
        await _ada.SayAsync("early");
        await _bo.SeesMessageAsync("early");
        await using var chen = await Tab.OpenAsync(chromium, _server.Url, "Chen");
        await chen.SeesMessageAsync("early");
        await chen.SeesAsync("#log .day", "Today");
        await chen.SeesAsync("#status-text", "3 here");
        Assert.Equal(["Ada", "Bo", "Chen"], await chen.Page.Locator("#people-list li span:nth-child(2)").AllTextContentsAsync());
    }

    [Fact]
    public async Task Typing_ShowsUntilItIsSaid()
    {
        await _bo.TypeAsync("hm");
        await _ada.SeesAsync("#typing", "Bo is typing");
        await _bo.SayAsync("hm, yes");
        await _ada.SeesMessageAsync("hm, yes");
        await _ada.SeesNoAsync("#typing .dots");
    }

    [Fact]
    public async Task Typing_GivenUp_IsForgotten()
    {
        await _bo.TypeAsync("hm");
        await _ada.SeesAsync("#typing", "Bo is typing");
        await _ada.SeesNoAsync("#typing .dots");
    }

    [Fact]
    public async Task Leaving_Shows()
    {
        await _ada.SeesAsync("#status-text", "2 here");
        await _bo.DisposeAsync();
        await _ada.SeesNoteAsync("Bo left");
        await _ada.SeesAsync("#status-text", "1 here");
        await _ada.SeesNoAsync("#people-list li", "Bo");
    }

    [Fact]
    public async Task Name_Changed_ShowsAtBothAndStays()
    {
        await _bo.Page.GetByText("Change your name").ClickAsync();
        await _bo.Page.GetByRole(AriaRole.Textbox, new() { Name = "Your name" }).FillAsync("  Bob   Ross ");
        await _bo.Page.GetByRole(AriaRole.Button, new() { Name = "Change name" }).ClickAsync();
        await _ada.SeesNoteAsync("Bo is now Bob Ross");
        await _bo.SeesAsync("#me-name", "Bob Ross");
        await _bo.Page.ReloadAsync();
        await _bo.SeesStateAsync("open");
        await _bo.SeesAsync("#me-name", "Bob Ross");
    }

    [Fact]
    public async Task Reload_KeepsWhoOneIs()
    {
        await _bo.SayAsync("mine");
        await _ada.SeesMessageAsync("mine");
        await _bo.Page.ReloadAsync();
        await _bo.SeesAsync("#log .group.own .bubble", "mine");
    }

    [Fact]
    public async Task Tabs_OfOneName_AreOneLine()
    {
        await using var more = await _bo.OpenAnotherAsync(_server.Url);
        await _ada.SeesAsync("#people-list li", "2 tabs");
        await more.SayAsync("from the other tab");
        await _bo.SeesAsync("#log .group:not(.own) .bubble", "from the other tab");
    }

    [Fact]
    public async Task Tab_Duplicated_GoesOnAsTwo()
    {
        var session = await _bo.Page.EvaluateAsync<string>("sessionStorage.getItem('session')");
        await using var copy = await _bo.OpenAnotherAsync(_server.Url);
        await copy.Page.EvaluateAsync("session => sessionStorage.setItem('session', session)", session);
        await copy.Page.ReloadAsync();
        await copy.SeesStateAsync("open");
        // The first tab was taken over from, and came back as someone new.
        await _ada.SeesAsync("#people-list li", "2 tabs");
        await copy.SayAsync("one");
        await _bo.SeesMessageAsync("one");
        await _bo.SayAsync("two");
        await copy.SeesMessageAsync("two");
        Assert.NotEqual(session, await _bo.Page.EvaluateAsync<string>("sessionStorage.getItem('session')"));
    }

    [Fact]
    public async Task Text_ThatLooksLikeHtml_IsText()
    {
        const string Hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
        await _bo.SayAsync(Hostile);
        await _ada.SeesMessageAsync(Hostile);
        Assert.Equal(0, await _ada.Page.Locator("#log img, #log script").CountAsync());
        Assert.Equal("Mare chat", await _ada.Page.TitleAsync());
    }

    [Fact]
    public async Task Links_CanBeClicked_AndAreOfTheWebOnly()
    {
        await _bo.SayAsync("see (https://example.com/a?b=c), not javascript:alert(1)");
        await _ada.SeesMessageAsync("see (https://example.com/a?b=c), not javascript:alert(1)");
        var link = _ada.Page.Locator("#log a");
        Assert.Equal(1, await link.CountAsync());
        Assert.Equal("https://example.com/a?b=c", await link.GetAttributeAsync("href"));
        Assert.Equal("noopener noreferrer nofollow", await link.GetAttributeAsync("rel"));
    }

    [Fact]
    public async Task Scrolled_Up_NewMessagesDoNotMoveThePageButCount()
    {
        await _bo.SayAsync("long\n" + string.Concat(Enumerable.Repeat("line\n", 100)) + "end");
        await _ada.SeesMessageAsync("end");
        await _ada.Page.Locator("#scroller").EvaluateAsync("e => e.scrollTop = 0");
        // The page hears of the scrolling with its next frame.
        await _ada.Page.EvaluateAsync("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        await _bo.SayAsync("below");
        await _ada.SeesAsync("#newer", "1 new message");
        await _ada.ScreenshotAsync("newer");
        Assert.Equal(0, await _ada.Page.Locator("#scroller").EvaluateAsync<double>("e => e.scrollTop"));
        await _ada.Page.Locator("#newer").ClickAsync();
        await _ada.SeesNoAsync("#newer:visible");
        await Assertions.Expect(_ada.Page.Locator("#log .bubble", new() { HasText = "below" })).ToBeInViewportAsync();
    }

    [Fact]
    public async Task Unread_WhileThePageIsHidden_StandInTheTitle()
    {
        await HideAsync(true);
        await _bo.SayAsync("psst");
        await Assertions.Expect(_ada.Page).ToHaveTitleAsync("(1) Mare chat");
        await HideAsync(false);
        await Assertions.Expect(_ada.Page).ToHaveTitleAsync("Mare chat");

        Task HideAsync(bool hidden) => _ada.Page.EvaluateAsync(
            """
            hidden => {
              Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
              document.dispatchEvent(new Event("visibilitychange"));
            }
            """,
            hidden);
    }
}
