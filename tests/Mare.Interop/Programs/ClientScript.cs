// SPDX-License-Identifier: MIT
namespace Mare.Interop.Programs;

/// <summary>What a script of clients/ printed: for each check, null or why it failed.</summary>
internal sealed class ClientScript
{
    private readonly Dictionary<string, string?> _results = [];
    private readonly string _everything;
    private readonly int _exitCode;

    public ClientScript(int exitCode, string output, string error)
    {
        _exitCode = exitCode;
        _everything = $"exit code {exitCode}\n{output}\n{error}";
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith("ok ", StringComparison.Ordinal))
            {
                _results.Add(line[3..], null);
            }
            else if (line.StartsWith("not ok ", StringComparison.Ordinal))
            {
                var parts = line[7..].Split(": ", 2);
                _results.Add(parts[0], parts[^1]);
            }
        }
    }

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "clients", file);

    public void AssertPassed(string check)
    {
        Assert.True(_results.TryGetValue(check, out var why), $"the script did not get to {check}: {_everything}");
        Assert.True(why is null, why);
    }

    /// <summary>No check may be in the script and not in its tests, or the other way round.</summary>
    public void AssertComplete(IEnumerable<string> checks)
    {
        Assert.Equal(checks.Order(StringComparer.Ordinal), _results.Keys.Order(StringComparer.Ordinal));
        Assert.True(_exitCode == 0, _everything);
    }
}
