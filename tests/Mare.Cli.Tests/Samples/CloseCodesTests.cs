// SPDX-License-Identifier: MIT
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Samples;

/// <summary>samples/CloseCodes: runs its own clients and ends by itself.</summary>
public sealed class CloseCodesTests
{
    [Fact]
    public async Task Sample_Run_PrintsWhatTheGuideShows()
    {
        using var sample = ChildProgram.Start("CloseCodes.dll");
        var (exitCode, output, error) = await sample.WaitAsync();
        Assert.Equal((0, ""), (exitCode, error));
        var guide = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "closing.md"), TestContext.Current.CancellationToken);
        Assert.Equal(guide.Split("```text\n")[1].Split("```")[0], output);
        Assert.Equal(15, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}
