// SPDX-License-Identifier: MIT
namespace Mare.Bench.Runner;

/// <summary>Knows where things stand in the repository that this program was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Bench => Path.Combine(Root, "bench");

    /// <summary>Gets what a project was built to, in Release.</summary>
    public static string Built(string project, string assembly) =>
        Path.Combine(Root, project, "bin", "Release", "net10.0", assembly + ".dll");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mare.slnx"))) return folder.FullName;
        }

        throw new BenchException("The runner finds its servers beside it: start it by bench/run.");
    }
}
