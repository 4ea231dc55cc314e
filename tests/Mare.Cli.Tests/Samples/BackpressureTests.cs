// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.RegularExpressions;
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Samples;

/// <summary>samples/Backpressure: a fast producer and a slow reader; ends by itself.</summary>
public sealed partial class BackpressureTests
{
    [Fact]
    public async Task Sample_Run_LosesNothingAndHoldsLittle()
    {
        using var sample = ChildProgram.Start("Backpressure.dll", "--seconds", "3");
        var (exitCode, output, error) = await sample.WaitAsync();
        Assert.Equal((0, ""), (exitCode, error));
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, static l => l.Contains("throttled", StringComparison.Ordinal) && l.Contains("sleeps", StringComparison.Ordinal));
        var end = LastLine().Match(lines[^1]);
        Assert.True(end.Success, lines[^1]);
        Assert.Equal(end.Groups[1].Value, end.Groups[2].Value);
        // The high water mark is 64 KiB, and one message of 16 KiB may go beyond it.
        Assert.InRange(int.Parse(end.Groups[3].Value, CultureInfo.InvariantCulture), 64, 96);
    }

    [Theory]
    [InlineData("--seconds", "0")]
    [InlineData("5")]
    public async Task Sample_WithABadOption_SaysHow(params string[] arguments)
    {
        using var sample = ChildProgram.Start("Backpressure.dll", arguments);
        var (exitCode, output, error) = await sample.WaitAsync();
        Assert.Equal((2, "", "Usage: Backpressure [--seconds NUMBER]\n"), (exitCode, output, error));
    }

    [GeneratedRegex(@"^(\d+) messages produced, (\d+) read\. At most (\d+) KB waited here at a time\.$")]
    private static partial Regex LastLine();
}
