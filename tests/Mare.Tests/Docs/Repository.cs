// SPDX-License-Identifier: MIT
namespace Mare.Tests.Docs;

/// <summary>Finds the pages and the sources of this repository.</summary>
internal static class Repository
{
    private static readonly string[] Compiled = ["samples", "tests"];
    private static readonly string[] Written = ["docs", "src", "samples", "bench"];

    public static string Root { get; } = FindRoot();

    /// <summary>Gets every page, as paths from the root.</summary>
    public static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Root, "*.md").Concat(Written.SelectMany(static f => Files(f, "*.md"))).Select(static p => Path.GetRelativePath(Root, p));

    /// <summary>Gets the sources that are compiled with the samples and the tests.</summary>
    public static IEnumerable<string> Sources() => Compiled.SelectMany(static f => Files(f, "*.cs"));

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(static p => !p.Split(Path.DirectorySeparatorChar).Any(static n => n is "bin" or "obj" or "node_modules"));

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Mare.slnx"))) return folder;
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Mare.slnx.");
    }
}
