// SPDX-License-Identifier: MIT
using Microsoft.Playwright;

namespace Mare.Browser.Browsers;

/// <summary>Is a tab with the chat, by what a person sees and does there. What waits has a deadline.</summary>
internal sealed class Tab : IAsyncDisposable
{
    /// <summary>How long anything may take to show, in milliseconds: far more than it does, for a loaded machine.</summary>
    public const float Deadline = 20_000;

    private static readonly string Screenshots = Path.Combine(AppContext.BaseDirectory, "screenshots");

    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];

    private Tab(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.SetDefaultTimeout(Deadline);
        page.PageError += (_, error) => _errors.Add(error);
        page.Console += (_, message) =>
        {
            // That a connection failed is what some tests are about.
            if (message.Type == "error" && !message.Text.Contains("WebSocket connection", StringComparison.Ordinal)) _errors.Add(message.Text);
        };
    }

    public IPage Page { get; }

    /// <summary>Opens the page, which asks for a name.</summary>
    public static async Task<Tab> VisitAsync(Chromium chromium, string url, BrowserNewContextOptions? options = null)
    {
        var context = await chromium.OpenAsync(options);
        var tab = new Tab(context, await context.NewPageAsync());
        await tab.Page.GotoAsync(url);
        return tab;
    }

    /// <summary>Opens the page and takes a name.</summary>
    public static async Task<Tab> OpenAsync(Chromium chromium, string url, string name, BrowserNewContextOptions? options = null)
    {
        var tab = await VisitAsync(chromium, url, options);
        await tab.Page.GetByRole(AriaRole.Textbox, new() { Name = "Your name" }).FillAsync(name);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Join the chat" }).ClickAsync();
        await tab.SeesStateAsync("open");
        return tab;
    }

    /// <summary>Opens another tab of the same profile: it knows the name.</summary>
    public async Task<Tab> OpenAnotherAsync(string url)
    {
        var tab = new Tab(_context, await _context.NewPageAsync());
        await tab.Page.GotoAsync(url);
        await tab.SeesStateAsync("open");
        return tab;
    }

    public async Task SayAsync(string text)
    {
        await Page.GetByLabel("Message", new() { Exact = true }).FillAsync(text);
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Types without sending.</summary>
    public Task TypeAsync(string text) => Page.GetByLabel("Message", new() { Exact = true }).PressSequentiallyAsync(text);

    public Task SeesStateAsync(string state) => SeesAsync($"body[data-state={state}]");

    public Task SeesMessageAsync(string text) => SeesAsync("#log .bubble", text);

    public Task SeesNoteAsync(string text) => SeesAsync("#log .note", text);

    /// <summary>Waits until an element that is shown has a text.</summary>
    public Task SeesAsync(string selector, string? text = null) => Assertions
        .Expect(Page.Locator(selector).Filter(new() { HasText = text }).Last)
        .ToBeVisibleAsync();

    /// <summary>Waits until no such element is shown.</summary>
    public Task SeesNoAsync(string selector, string? text = null) => Assertions
        .Expect(Page.Locator(selector).Filter(new() { HasText = text }))
        .ToHaveCountAsync(0);

    /// <summary>Gets the messages, oldest first.</summary>
    public Task<IReadOnlyList<string>> MessagesAsync() => Page.Locator("#log .bubble").AllTextContentsAsync();

    public async Task ScreenshotAsync(string name)
    {
        // Movements come to their end first.
        await Page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots, name + ".png"), Animations = ScreenshotAnimations.Disabled });
    }

    public void AssertNoErrors() => Assert.Empty(_errors);

    public async ValueTask DisposeAsync() => await _context.CloseAsync();
}
