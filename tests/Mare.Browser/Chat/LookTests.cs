// SPDX-License-Identifier: MIT
using Mare.Browser.Browsers;
using Mare.Browser.Servers;
using Microsoft.Playwright;

namespace Mare.Browser.Chat;

/// <summary>How the chat looks: screenshots for people, of a conversation on a desk and on a phone, by day and by night.</summary>
public sealed class LookTests(Chromium chromium)
{
    [Theory]
    [InlineData("desktop-light", 1180, 800, ColorScheme.Light)]
    [InlineData("desktop-dark", 1180, 800, ColorScheme.Dark)]
    [InlineData("phone-light", 390, 844, ColorScheme.Light)]
    [InlineData("phone-dark", 390, 844, ColorScheme.Dark)]
    public async Task Conversation_OnAScreen_IsShown(string name, int width, int height, ColorScheme scheme)
    {
        await using var server = await ChatServer.StartNewAsync();
        await using var ada = await Tab.OpenAsync(chromium, server.Url, "Ada Lovelace", new()
        {
            ViewportSize = new() { Width = width, Height = height },
            DeviceScaleFactor = 2,
            ColorScheme = scheme,
        });
        await ada.ScreenshotAsync(name + "-empty");
        await using var bo = await Tab.OpenAsync(chromium, server.Url, "Bo");
        await using var chen = await Tab.OpenAsync(chromium, server.Url, "Chen Wei");
        await bo.SayAsync("Is this thing on?");
        await ada.SayAsync("It is! Every tab here is one actor on the server 🐎");
        await ada.SayAsync("and the room is an actor too, so nobody writes a lock");
        await chen.SayAsync("Nice. What happens when I go through a tunnel?");
        await bo.SayAsync("You come back and get what you missed. Try it: https://localhost/tunnel?length=2km");
        await bo.SayAsync("It even sends what you typed in there.");
        await chen.SayAsync("🎉");
        await ada.SayAsync("Look, a longer one:\nfirst line,\nsecond line.");
        await ada.SeesMessageAsync("second line");
        await chen.TypeAsync("hm");
        await ada.SeesAsync("#typing", "Chen Wei is typing");
        await ada.ScreenshotAsync(name);
        ada.AssertNoErrors();
    }
}
