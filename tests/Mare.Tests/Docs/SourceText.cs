// SPDX-License-Identifier: MIT
namespace Mare.Tests.Docs;

/// <summary>Is a compiled source, in which a page's code is looked for.</summary>
internal sealed class SourceText(string path, string text)
{
    private readonly string[] _lines = text.ReplaceLineEndings("\n").Split('\n');

    public string Path => path;

    public static SourceText Read(string path) => new(System.IO.Path.GetRelativePath(Repository.Root, path), File.ReadAllText(path));

    /// <summary>Tells whether these lines stand here, one behind the other, all moved by the same indentation.</summary>
    public bool Contains(string piece)
    {
        var wanted = piece.Trim('\n').Split('\n');
        for (var i = 0; i + wanted.Length <= _lines.Length; i++)
        {
            var shift = IndentationOf(_lines[i]) - IndentationOf(wanted[0]);
            if (Enumerable.Range(0, wanted.Length).All(n => IsSame(_lines[i + n], wanted[n], shift))) return true;
        }

        return false;
    }

    private static bool IsSame(string line, string wanted, int shift) =>
        line.Trim() == wanted.Trim() && (line.Trim().Length == 0 || IndentationOf(line) == IndentationOf(wanted) + shift);

    private static int IndentationOf(string line) => line.Length - line.TrimStart(' ').Length;
}
