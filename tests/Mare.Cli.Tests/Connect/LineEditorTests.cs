// SPDX-License-Identifier: MIT
using Mare.Cli.Connect;

namespace Mare.Cli.Tests.Connect;

/// <summary>The line that is typed: keys to text and cursor.</summary>
public sealed class LineEditorTests
{
    private readonly LineEditor _editor = new();

    [Fact]
    public void Type_Characters_AppearBehindEachOther()
    {
        Type("hello");
        Assert.Equal(("hello", 5), _editor.View(80));
        Assert.Equal("hello", _editor.Accept());
        Assert.Equal(("", 0), _editor.View(80));
    }

    [Theory]
    [InlineData("abc", "Left Left x", "axbc")]
    [InlineData("abc", "Home x", "xabc")]
    [InlineData("abc", "^A x ^E y", "xabcy")]
    [InlineData("abc", "Backspace", "ab")]
    [InlineData("abc", "^H", "ab")]
    [InlineData("abc", "Left Delete", "ab")]
    [InlineData("abc", "Home Delete ^D", "c")]
    [InlineData("abc", "Home Backspace Left", "abc")]
    [InlineData("abc", "Delete Right", "abc")]
    [InlineData("abc def", "Left ^U", "f")]
    [InlineData("abc def", "Home Right ^K", "a")]
    [InlineData("abc def ", "^W", "abc ")]
    [InlineData("abc def", "^Left x", "abc xdef")]
    [InlineData("abc def", "Home ^Right x", "abcx def")]
    [InlineData("abc", "^B ^B ^F x", "abxc")]
    [InlineData("abc", "F5 Escape ^Q", "abc")]
    public void Keys_Edit(string typed, string keys, string text)
    {
        Type(typed);
        Press(keys);
        Assert.Equal(text, _editor.Text);
    }

    [Theory]
    [InlineData("日本", "Left x", "日x本")]
    [InlineData("a👍🏽b", "Left Backspace", "ab")] // thumbs up with a skin tone: one element of four chars
    [InlineData("e\u0301x", "Left Left y", "ye\u0301x")] // e with a combining acute
    public void Keys_MoveByWhatIsSeen(string typed, string keys, string text)
    {
        Type(typed);
        Press(keys);
        Assert.Equal(text, _editor.Text);
    }

    [Fact]
    public void History_UpAndDown_ComesBackToWhatWasTyped()
    {
        foreach (var line in new[] { "one", "two", "two", "" })
        {
            Type(line);
            _editor.Accept();
        }

        Type("dra");
        Press("Up");
        Assert.Equal("two", _editor.Text);
        Press("^P Up");
        Assert.Equal("one", _editor.Text);
        Press("Down ^N Down");
        Assert.Equal("dra", _editor.Text);
        Press("Up !");
        Assert.Equal("two!", _editor.Accept());
        Press("Up Up");
        Assert.Equal("two", _editor.Text);
    }

    [Theory]
    [InlineData("abcdef", 7, "", "abcdef", 6)]
    [InlineData("abcdef", 4, "", "def", 3)] // the cursor needs a column too
    [InlineData("abcdef", 4, "Home", "abc", 0)]
    [InlineData("abcdef", 4, "Left", "cde", 3)]
    [InlineData("日本語", 6, "", "本語", 4)] // each takes two columns
    [InlineData("日本語", 5, "Home", "日本", 0)]
    [InlineData("abc", 0, "", "", 0)]
    public void View_LongerThanTheRow_ShowsThePartAroundTheCursor(string typed, int width, string keys, string visible, int column)
    {
        Type(typed);
        Press(keys);
        Assert.Equal((visible, column), _editor.View(width));
    }

    [Fact]
    public void View_Tab_IsOneColumn()
    {
        Type("a\tb");
        Assert.Equal(("a␉b", 3), _editor.View(80));
        Assert.Equal("a\tb", _editor.Text);
    }

    private void Type(string text)
    {
        foreach (var c in text) Assert.True(_editor.Press(new ConsoleKeyInfo(c, default, shift: false, alt: false, control: false)));
    }

    private void Press(string keys)
    {
        foreach (var name in keys.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var control = name[0] == '^';
            var key = (control ? name[1..] : name) switch
            {
                "Left" => ConsoleKey.LeftArrow,
                "Right" => ConsoleKey.RightArrow,
                "Up" => ConsoleKey.UpArrow,
                "Down" => ConsoleKey.DownArrow,
                [var c] when control => Enum.Parse<ConsoleKey>(c.ToString()),
                { Length: > 1 } other => Enum.Parse<ConsoleKey>(other),
                _ => default,
            };
            _editor.Press(new ConsoleKeyInfo(key == default ? name[0] : '\0', key, shift: false, alt: false, control));
        }
    }
}
