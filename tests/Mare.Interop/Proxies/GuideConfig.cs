// SPDX-License-Identifier: MIT
using Mare.Tests.Docs;

namespace Mare.Interop.Proxies;

/// <summary>Is a configuration that stands in docs/guide/deployment.md, for the test with its own addresses and paths.</summary>
internal sealed class GuideConfig
{
    private GuideConfig(string text) => Text = text;

    public string Text { get; private set; }

    /// <summary>Reads a block of the guide.</summary>
    /// <param name="language">What stands behind the fence.</param>
    /// <param name="number">Which of that language, from 0.</param>
    public static GuideConfig Read(string language, int number)
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "guide", "deployment.md"));
        var blocks = page.Split($"```{language}\n");
        Assert.True(blocks.Length > number + 1, $"docs/guide/deployment.md has {blocks.Length - 1} blocks of {language}");
        return new GuideConfig(blocks[number + 1].Split("```")[0]);
    }

    /// <summary>Puts something in the place of what must stand there.</summary>
    public GuideConfig With(string old, string value)
    {
        Assert.Contains(old, Text, StringComparison.Ordinal);
        Text = Text.Replace(old, value, StringComparison.Ordinal);
        return this;
    }
}
