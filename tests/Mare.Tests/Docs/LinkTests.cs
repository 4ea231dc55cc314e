// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;

namespace Mare.Tests.Docs;

/// <summary>Sees to it that the links of the documentation lead to files that are there.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Pages() => [.. Repository.Pages()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_OfAPage_LeadToFiles(string page)
    {
        var path = Path.Combine(Repository.Root, page);
        var broken = Link().Matches(File.ReadAllText(path))
            .Select(static m => m.Groups[1].Value)
            .Where(static l => !l.Contains("://", StringComparison.Ordinal))
            .Select(static l => l.Split('#')[0])
            .Where(l => l.Length > 0 && !Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, l)));
        Assert.Empty(broken);
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
