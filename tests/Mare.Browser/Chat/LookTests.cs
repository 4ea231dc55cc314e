// SPDX-License-Identifier: MIT
using Mare.Browser.Browsers;
using Mare.Browser.Servers;
using Microsoft.Playwright;

namespace Mare.Browser.Chat;

/// <summary>How the chat looks, for people to see: one conversation on a desk and on a phone, by day and by night.</summary>
public sealed class LookTests(Chromium chromium)
{
    [Theory]
    [InlineData(ColorScheme.Light, ColorScheme.Dark)]
    [InlineData(ColorScheme.Dark, ColorScheme.Light)]
    public async Task Conversation_OnADeskAndAPhone_IsShown(ColorScheme desk, ColorScheme phone)
    {
        await using var server = await ChatServer.StartNewAsync();
        await using var ada = await Tab.OpenAsync(chromium, server.Url, "Ada", new()
        {
            ViewportSize = new() { Width = 1120, Height = 850 },
            DeviceScaleFactor = 2,
            ColorScheme = desk,
        });
        await using var chen = await Tab.OpenAsync(chromium, server.Url, "Chen Wei", new()
        {
            ViewportSize = new() { Width = 390, Height = 844 },
            DeviceScaleFactor = 2,
            HasTouch = true,
            IsMobile = true,
            ColorScheme = phone,
        });
        await using var marta = await Tab.OpenAsync(chromium, server.Url, "Marta");
        await using var tom = await Tab.OpenAsync(chromium, server.Url, "Tomás");
        foreach (var (tab, text) in new[]
        {
            (marta, "Who else is here? I only see avatars 👀"),
            (ada, "Me! Every tab is one actor on the server,"),
            (ada, "and the room is an actor too. Nobody writes a lock."),
            (chen, "I'm on the train. What happens in the tunnel?"),
            (tom, "You come back and get what you missed"),
            (tom, "and what you typed in there is sent then, once 🚇"),
            (chen, "🎉"),
            (ada, "See for yourself:\nhttp://localhost:8080"),
        })
        {
            await tab.SayAsync(text);
            await ada.SeesMessageAsync(text);
            await chen.SeesMessageAsync(text);
        }

        await marta.TypeAsync("Nice!");
        await ada.SeesAsync("#typing", "Marta is typing");
        await ada.ScreenshotAsync($"desk-{desk}");
        await chen.SeesAsync("#typing", "Marta is typing");
        await chen.ScreenshotAsync($"phone-{phone}");
        foreach (var tab in new[] { ada, chen, marta, tom }) tab.AssertNoErrors();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Name_IsAskedFor_AtTheFirstVisit(ColorScheme scheme)
    {
        await using var server = await ChatServer.StartNewAsync();
        await using var tab = await Tab.VisitAsync(chromium, server.Url, new() { ColorScheme = scheme });
        var name = tab.Page.GetByRole(AriaRole.Textbox, new() { Name = "Your name" });
        await Assertions.Expect(name).ToBeFocusedAsync();
        await name.FillAsync("Ada Lovelace");
        await tab.ScreenshotAsync($"name-{scheme}");
        // Escape leads nowhere: nobody is in the room without a name.
        await tab.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(name).ToBeVisibleAsync();
        await name.PressAsync("Enter");
        await tab.SeesStateAsync("open");
        await tab.SeesAsync("#me-name", "Ada Lovelace");
        await tab.SeesAsync("#empty", "Nobody has said anything yet");
        await tab.ScreenshotAsync($"empty-{scheme}");
        tab.AssertNoErrors();
    }
}
