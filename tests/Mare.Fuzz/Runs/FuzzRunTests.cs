// SPDX-License-Identifier: MIT
using Mare.Fuzz.Targets;
using Xunit;

namespace Mare.Fuzz.Runs;

/// <summary>The search itself: that it finds what there is to find, and that it says so.</summary>
public sealed class FuzzRunTests
{
    [Fact]
    public async Task Search_ForAPlantedBug_FindsIt()
    {
        var output = new StringWriter();
        var options = new FuzzOptions { Targets = [FuzzTargets.Find("planted")!], Seconds = 600, Runs = 300_000, Seed = 1 };
        Assert.Equal(1, await FuzzRun.RunAsync(options, output));
        Assert.Contains("planted: CRASH", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("This bug was planted.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_Wrong_AreNone()
    {
        Assert.Null(FuzzOptions.Parse(["nothing"]));
        Assert.Null(FuzzOptions.Parse(["frames", "--seconds"]));
        Assert.Null(FuzzOptions.Parse(["--seconds", "ten"]));
        Assert.Null(FuzzOptions.Parse(["--parallel", "0"]));
    }
}
