// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Mare.Cli.Connect;

/// <summary>
/// Is a terminal with a line that is being typed at its bottom: whatever else is written goes above it.
/// </summary>
internal sealed class PromptOutput(bool quiet) : ConnectOutput(quiet)
{
    private const string EraseRow = "\r\x1b[K";
    private const int PromptWidth = 2; // "> "
    private const int DefaultWidth = 80;

    private static readonly bool HasColours = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private readonly Lock _gate = new();
    private readonly LineEditor _editor = new();
    private bool _isShown;
    private bool _isFinished;

    private static string Prompt => Paint("> ", Colour.Green);

    public override void ShowText(ReadOnlySpan<byte> utf8) => WriteAbove(
        Paint("< ", Colour.Cyan) + Printable.Of(Encoding.UTF8.GetString(utf8)).Replace("\n", "\n  ", StringComparison.Ordinal));

    public override void ShowBinary(ReadOnlySpan<byte> data) => WriteAbove(string.Create(
        CultureInfo.InvariantCulture, $"{Paint("< ", Colour.Cyan)}{Paint($"[{data.Length} bytes]", Colour.Grey)} {Convert.ToHexStringLower(data)}"));

    public override void Complain(string text) => WriteError(text, Colour.Red);

    public override void Finish()
    {
        lock (_gate)
        {
            if (_isShown) Console.Out.Write(EraseRow);
            _isShown = false;
            _isFinished = true;
        }
    }

    /// <summary>Reads a line; null at the end (Ctrl-D on an empty line). Waits.</summary>
    public string? ReadLine()
    {
        // Asking makes .NET switch the terminal's own echo and line editing off: before the prompt invites to type.
        _ = Console.KeyAvailable;
        Redraw();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            lock (_gate)
            {
                if (key.Key == ConsoleKey.Enter) return Accept();
                if (key is { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control } && _editor.Text.Length == 0) return null;
                if (key is { Key: ConsoleKey.L, Modifiers: ConsoleModifiers.Control }) Console.Out.Write("\x1b[H\x1b[2J");
                else _editor.Press(key);
            }

            // What was pasted is drawn once.
            if (!Console.KeyAvailable) Redraw();
        }
    }

    protected override void WriteRemark(string text) => WriteError(text, Colour.Grey);

    private string Accept()
    {
        var line = _editor.Accept();
        // The whole of it stays, however many rows it takes; of an empty one nothing.
        Console.Out.Write(line.Length > 0 ? $"{EraseRow}{Prompt}{Printable.OneLine(line)}\n" : EraseRow);
        _isShown = false;
        return line;
    }

    private void Redraw()
    {
        lock (_gate)
        {
            // A key that is pressed while the connection closes.
            if (_isFinished) return;
            _isShown = true;
            Console.Out.Write(Draw());
        }
    }

    private void WriteAbove(string line)
    {
        lock (_gate) Console.Out.Write(_isShown ? $"{EraseRow}{line}\n{Draw()}" : $"{line}\n");
    }

    private void WriteError(string text, Colour colour)
    {
        if (!Console.IsErrorRedirected)
        {
            // The same terminal, so the prompt is in the way.
            lock (_gate)
            {
                if (_isShown) Console.Out.Write(EraseRow);
                Console.Error.Write(Paint(Printable.Of(text), colour) + "\n");
                if (_isShown) Console.Out.Write(Draw());
            }
        }
        else
        {
            Console.Error.WriteLine(text);
        }
    }

    private string Draw()
    {
        // A terminal that does not know its size says 0.
        var width = Console.WindowWidth;
        var (visible, column) = _editor.View((width > PromptWidth ? width : DefaultWidth) - PromptWidth);
        return string.Create(CultureInfo.InvariantCulture, $"{EraseRow}{Prompt}{visible}\r\x1b[{PromptWidth + column}C");
    }

    private static string Paint(string text, Colour colour) =>
        HasColours ? string.Create(CultureInfo.InvariantCulture, $"\x1b[{(int)colour}m{text}\x1b[0m") : text;

    // The numbers of SGR, which every terminal shows in its own palette.
    private enum Colour
    {
        Red = 31,
        Green = 32,
        Cyan = 36,
        Grey = 90,
    }
}
