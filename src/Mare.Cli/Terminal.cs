// SPDX-License-Identifier: MIT
using Spectre.Console;

namespace Mare.Cli;

/// <summary>Writes for people: colours only where a terminal shows them.</summary>
internal static class Terminal
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int UsageError = 2;

    /// <summary>Writes an error as one line on standard error.</summary>
    public static int Fail(string message, int exitCode = Failure)
    {
        var line = message.ReplaceLineEndings(" ").Trim();
        if (Console.IsErrorRedirected)
        {
            Console.Error.WriteLine($"mare: {line}");
            return exitCode;
        }

        var error = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        error.MarkupLineInterpolated($"[red]mare:[/] {line}");
        return exitCode;
    }

    /// <summary>Writes a remark that no program reads: nothing when standard output is not a terminal.</summary>
    public static void Remark(FormattableString markup)
    {
        if (!Console.IsOutputRedirected) AnsiConsole.MarkupLineInterpolated(markup);
    }
}
