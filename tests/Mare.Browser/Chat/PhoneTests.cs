// SPDX-License-Identifier: MIT
using Mare.Browser.Browsers;
using Mare.Browser.Servers;
using Microsoft.Playwright;

namespace Mare.Browser.Chat;

/// <summary>The page on a small screen, and by night.</summary>
public sealed class PhoneTests(Chromium chromium)
{
    private static BrowserNewContextOptions Phone => new()
    {
        ViewportSize = new() { Width = 390, Height = 844 },
        DeviceScaleFactor = 2,
        HasTouch = true,
        IsMobile = true,
        ColorScheme = ColorScheme.Dark,
    };

    [Fact]
    public async Task People_OnAPhone_OpenAndClose()
    {
        await using var server = await ChatServer.StartNewAsync();
        await using var ada = await Tab.OpenAsync(chromium, server.Url, "Ada", Phone);
        await using var bo = await Tab.OpenAsync(chromium, server.Url, "Bo");
        await ada.SeesAsync("#faces", "2");
        await ada.SeesNoAsync("#people:visible");
        await ada.Page.Locator("#faces").TapAsync();
        await ada.SeesAsync("#people li", "Bo");
        await ada.ScreenshotAsync("phone-people");
        await ada.Page.Locator("#close-people").TapAsync();
        await ada.SeesNoAsync("#people:visible");
        ada.AssertNoErrors();
    }

    [Fact]
    public async Task Composer_AboveAKeyboard_StaysInSight()
    {
        await using var server = await ChatServer.StartNewAsync();
        await using var ada = await Tab.OpenAsync(chromium, server.Url, "Ada", Phone);
        for (var i = 0; i < 15; i++) await ada.SayAsync($"message {i}\nof two lines");
        await ada.SeesMessageAsync("message 14");
        // What a keyboard leaves of the screen.
        await ada.Page.SetViewportSizeAsync(390, 480);
        await Assertions.Expect(ada.Page.Locator("#send")).ToBeInViewportAsync();
        await Assertions.Expect(ada.Page.Locator("#log .bubble").Last).ToBeInViewportAsync();
        await ada.ScreenshotAsync("phone-keyboard");
        Assert.Equal(390, await ada.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task Theme_FollowsTheSystemUntilChosen()
    {
        await using var server = await ChatServer.StartNewAsync();
        await using var ada = await Tab.OpenAsync(chromium, server.Url, "Ada", Phone);
        var night = await ColourAsync(ada);
        await ada.Page.Locator("#theme").TapAsync();
        var day = await ColourAsync(ada);
        Assert.NotEqual(night, day);
        await ada.Page.ReloadAsync();
        await ada.SeesStateAsync("open");
        Assert.Equal(day, await ColourAsync(ada));
    }

    private static Task<string> ColourAsync(Tab tab) => tab.Page.EvaluateAsync<string>("getComputedStyle(document.body).color");
}
