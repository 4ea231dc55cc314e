// SPDX-License-Identifier: MIT
using Mare.Browser.Browsers;
using Mare.Browser.Servers;

namespace Mare.Browser.Chat;

/// <summary>Connections that are lost: the page says so, comes back, and nothing is missing or there twice.</summary>
public sealed class ReconnectTests(Chromium chromium)
{
    [Fact]
    public async Task Server_Restarted_PagesComeBackWithWhatWasTypedMeanwhile()
    {
        await using var server = await ChatServer.StartNewAsync();
        await using var ada = await Tab.OpenAsync(chromium, server.Url, "Ada");
        await using var bo = await Tab.OpenAsync(chromium, server.Url, "Bo");
        await ada.SayAsync("before");
        await bo.SeesMessageAsync("before");

        await server.StopAsync();
        await ada.SeesStateAsync("waiting");
        await ada.SeesAsync("#banner", "Reconnecting");
        await ada.SayAsync("typed meanwhile");
        await ada.SeesAsync("#pending .group", "Sending");
        await ada.ScreenshotAsync("reconnecting");

        await server.StartAsync();
        await ada.SeesStateAsync("open");
        await bo.SeesStateAsync("open");
        await bo.SeesMessageAsync("typed meanwhile");
        await ada.SeesMessageAsync("typed meanwhile");
        await ada.SeesNoteAsync("The room was started again");
        await bo.SayAsync("after");
        await ada.SeesMessageAsync("after");
        await ada.SeesNoAsync("#banner:visible");
        await ada.SeesNoAsync("#pending .group");
        Assert.Equal(["before", "typed meanwhile", "after"], await ada.MessagesAsync());
        Assert.Equal(["before", "typed meanwhile", "after"], await bo.MessagesAsync());
        await ada.SeesAsync("#status-text", "2 here");
        ada.AssertNoErrors();
    }

    [Fact]
    public async Task Connection_Cut_ThePageGetsWhatItMissedOnce()
    {
        await using var server = await ChatServer.StartNewAsync();
        await using var tunnel = new Tunnel(server.Url);
        await using var ada = await Tab.OpenAsync(chromium, tunnel.Url, "Ada");
        await using var bo = await Tab.OpenAsync(chromium, server.Url, "Bo");
        await bo.SayAsync("one");
        await ada.SeesMessageAsync("one");

        tunnel.Cut();
        await ada.SeesStateAsync("waiting");
        await bo.SeesNoteAsync("Ada left");
        await bo.SayAsync("two");
        await bo.SeesMessageAsync("two");
        await ada.SayAsync("three");
        Assert.Equal(["one"], await ada.MessagesAsync());

        tunnel.Mend();
        await ada.Page.EvaluateAsync("dispatchEvent(new Event('online'))");
        await ada.SeesStateAsync("open");
        await ada.SeesMessageAsync("three");
        await bo.SeesMessageAsync("three");
        await bo.SayAsync("four");
        await ada.SeesMessageAsync("four");
        Assert.Equal(["one", "two", "three", "four"], await ada.MessagesAsync());
        Assert.Equal(["one", "two", "three", "four"], await bo.MessagesAsync());
        await ada.SeesNoAsync("#log .note", "The room was started again");
    }

    [Fact]
    public async Task Server_AwayForLonger_IsTriedAgainAndOnRequest()
    {
        await using var server = await ChatServer.StartNewAsync();
        await using var ada = await Tab.OpenAsync(chromium, server.Url, "Ada");
        await server.StopAsync();
        // Each failure doubles the pause: soon it is of several seconds, and the button is there for the impatient.
        await ada.SeesAsync("#banner", "Reconnecting in 3 s");
        await server.StartAsync();
        await ada.Page.GetByText("Try now").ClickAsync();
        await ada.SeesStateAsync("open");
    }
}
