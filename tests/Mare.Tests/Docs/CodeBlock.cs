// SPDX-License-Identifier: MIT
namespace Mare.Tests.Docs;

/// <summary>Is one block of C# on a page.</summary>
/// <param name="line">The line at which it begins.</param>
/// <param name="code">Its text.</param>
internal sealed class CodeBlock(int line, string code)
{
    private const string Fence = "```";
    private const string Omission = "// ...";
    private static readonly string[] TypeStarts = ["sealed class ", "class ", "static class ", "abstract class ", "record ", "internal ", "public "];

    public int Line => line;

    /// <summary>Gets the directives at its start; a source may have no need of them, for its namespace.</summary>
    public IReadOnlyList<string> Usings { get; } = [.. code.Split('\n').Where(IsUsing)];

    /// <summary>
    /// Gets what must stand in one source, piece by piece: statements, and types. A comment of three dots leaves something out.
    /// </summary>
    public IReadOnlyList<string> Pieces { get; } = [.. Split(code)];

    public static IReadOnlyList<CodeBlock> ReadAll(string page)
    {
        var blocks = new List<CodeBlock>();
        var lines = File.ReadAllLines(page);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() != Fence + "csharp") continue;
            var end = Array.FindIndex(lines, i + 1, static l => l.Trim() == Fence);
            Assert.True(end > i, $"{page}:{i + 1}: the block has no end");
            blocks.Add(new CodeBlock(i + 1, string.Join('\n', lines[(i + 1)..end])));
            i = end;
        }

        return blocks;
    }

    private static IEnumerable<string> Split(string code)
    {
        var piece = new List<string>();
        foreach (var line in code.Split('\n'))
        {
            var isUsing = IsUsing(line);
            var isOmission = line.Trim() == Omission;
            var startsType = TypeStarts.Any(s => line.StartsWith(s, StringComparison.Ordinal)) && piece is [] or [.., ""];
            if ((isUsing || isOmission || startsType) && Join(piece) is { } before)
            {
                yield return before;
                piece.Clear();
            }

            if (!isUsing && !isOmission) piece.Add(line);
        }

        if (Join(piece) is { } last) yield return last;
    }

    private static bool IsUsing(string line) =>
        line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=') && !line.Contains('(');

    private static string? Join(List<string> lines)
    {
        var text = string.Join('\n', lines).Trim('\n');
        return text.Length == 0 ? null : text;
    }
}
