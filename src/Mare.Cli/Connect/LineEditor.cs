// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Spectre.Console.Rendering;

namespace Mare.Cli.Connect;

/// <summary>Is a line that is being typed: its text, the cursor in it, and the lines before. It knows no terminal.</summary>
internal sealed class LineEditor
{
    // As many as a session is likely to come back to.
    private const int MaxHistory = 500;

    private readonly List<string> _history = [];
    private string _text = "";
    private string _draft = ""; // what was typed before the history was looked at
    private int _cursor; // between two text elements, never within one
    private int _at; // in the history; behind its end is the line that is typed

    public string Text => _text;

    /// <summary>Takes a key.</summary>
    /// <returns>False when the key means nothing here.</returns>
    public bool Press(ConsoleKeyInfo key)
    {
        if ((key.Modifiers & ConsoleModifiers.Control) != 0) return PressControl(key.Key);
        switch (key.Key)
        {
            case ConsoleKey.Backspace: Remove(Previous(), _cursor); return true;
            case ConsoleKey.Delete: Remove(_cursor, Next()); return true;
            case ConsoleKey.LeftArrow: _cursor = Previous(); return true;
            case ConsoleKey.RightArrow: _cursor = Next(); return true;
            case ConsoleKey.Home: _cursor = 0; return true;
            case ConsoleKey.End: _cursor = _text.Length; return true;
            case ConsoleKey.UpArrow: Recall(_at - 1); return true;
            case ConsoleKey.DownArrow: Recall(_at + 1); return true;
            default:
                if (char.IsControl(key.KeyChar) && key.KeyChar != '\t') return false;
                _text = _text.Insert(_cursor++, key.KeyChar.ToString());
                return true;
        }
    }

    /// <summary>Ends the line, and begins the next.</summary>
    /// <returns>The line.</returns>
    public string Accept()
    {
        var line = _text;
        if (line.Length > 0 && (_history.Count == 0 || _history[^1] != line)) _history.Add(line);
        if (_history.Count > MaxHistory) _history.RemoveAt(0);
        _text = _draft = "";
        _cursor = 0;
        _at = _history.Count;
        return line;
    }

    /// <summary>Shows as much of the line, around the cursor, as fits into one row.</summary>
    /// <param name="width">The columns there are, the cursor's own behind the last character included; 1 or more.</param>
    /// <returns>What to show, and the column of the cursor in it.</returns>
    public (string Visible, int Column) View(int width)
    {
        var room = Math.Max(1, width) - 1;
        var start = 0;
        var column = WidthOf(_text[.._cursor]);
        // What is left of the cursor moves out of sight, element by element, until the cursor is in it.
        while (column > room)
        {
            var element = StringInfo.GetNextTextElement(_text, start);
            column -= WidthOf(element);
            start += element.Length;
        }

        var visible = new StringBuilder();
        var used = 0;
        for (var at = start; at < _text.Length;)
        {
            var element = StringInfo.GetNextTextElement(_text, at);
            used += WidthOf(element);
            if (used > room) break;
            visible.Append(Printable.OneLine(element));
            at += element.Length;
        }

        return (visible.ToString(), column);
    }

    private bool PressControl(ConsoleKey key)
    {
        switch (key)
        {
            case ConsoleKey.A: _cursor = 0; return true;
            case ConsoleKey.E: _cursor = _text.Length; return true;
            case ConsoleKey.B: _cursor = Previous(); return true;
            case ConsoleKey.F: _cursor = Next(); return true;
            case ConsoleKey.P: Recall(_at - 1); return true;
            case ConsoleKey.N: Recall(_at + 1); return true;
            case ConsoleKey.H: Remove(Previous(), _cursor); return true;
            case ConsoleKey.D: Remove(_cursor, Next()); return true;
            case ConsoleKey.U: Remove(0, _cursor); return true;
            case ConsoleKey.K: Remove(_cursor, _text.Length); return true;
            case ConsoleKey.W: Remove(WordStart(), _cursor); return true;
            case ConsoleKey.LeftArrow: _cursor = WordStart(); return true;
            case ConsoleKey.RightArrow: _cursor = WordEnd(); return true;
            default: return false;
        }
    }

    private void Remove(int from, int to)
    {
        _text = _text.Remove(from, to - from);
        _cursor = from;
    }

    private void Recall(int at)
    {
        if (at < 0 || at > _history.Count) return;
        if (_at == _history.Count) _draft = _text;
        _at = at;
        _text = at == _history.Count ? _draft : _history[at];
        _cursor = _text.Length;
    }

    private int Next() => _cursor + StringInfo.GetNextTextElementLength(_text, _cursor);

    private int Previous()
    {
        var previous = 0;
        for (var at = 0; at < _cursor; at += StringInfo.GetNextTextElementLength(_text, at)) previous = at;
        return previous;
    }

    private int WordStart()
    {
        var at = _cursor;
        while (at > 0 && char.IsWhiteSpace(_text[at - 1])) at--;
        while (at > 0 && !char.IsWhiteSpace(_text[at - 1])) at--;
        return at;
    }

    private int WordEnd()
    {
        var at = _cursor;
        while (at < _text.Length && char.IsWhiteSpace(_text[at])) at++;
        while (at < _text.Length && !char.IsWhiteSpace(_text[at])) at++;
        return at;
    }

    private static int WidthOf(string text) => new Segment(Printable.OneLine(text)).CellCount();
}
