// SPDX-License-Identifier: MIT
using Mare.Browser.Browsers;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Mare.Browser.Browsers;

/// <summary>Is the system's Chromium, headless, started once for all tests.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string RequireVariable = "MARE_REQUIRE_TOOLS";
    private const string WhatToInstall = "Install Chromium: `apt-get install chromium` on Debian, or name another in MARE_CHROMIUM.";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private static string Executable => Environment.GetEnvironmentVariable("MARE_CHROMIUM") ?? "/usr/bin/chromium";

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Executable)) return;
        Assertions.SetDefaultExpectTimeout(Tab.Deadline);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Executable,
            // Chromium's sandbox does not run as root, which containers do.
            ChromiumSandbox = Environment.UserName != "root",
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.CloseAsync();
        _playwright?.Dispose();
    }

    /// <summary>Opens a window with a profile of its own.</summary>
    public async Task<IBrowserContext> OpenAsync(BrowserNewContextOptions? options = null)
    {
        if (_browser is null)
        {
            if (Environment.GetEnvironmentVariable(RequireVariable) == "1")
                Assert.Fail($"{RequireVariable}=1, and missing: {WhatToInstall}");
            Assert.Skip(WhatToInstall);
        }

        return await _browser!.NewContextAsync(options);
    }
}
