// SPDX-License-Identifier: MIT
namespace Mare.Backends;

/// <summary>Knows whether this machine lets tests use io_uring: a container often does not. Compiled into each suite that does.</summary>
internal static class IoUringMachine
{
    private const string RequireVariable = "MARE_REQUIRE_TOOLS";

    private static readonly Lazy<string?> Refusal = new(Try);

    /// <summary>
    /// Ends the running test where io_uring is refused: it skips, or fails where all must be there. (Else a fault in finding out
    /// would skip the whole backend in silence.)
    /// </summary>
    public static void SkipUnlessAllowed()
    {
        if (Refusal.Value is not { } reason) return;
        reason += " Allow it (kernel.io_uring_disabled=0, no seccomp filter on it).";
        if (Environment.GetEnvironmentVariable(RequireVariable) == "1") Assert.Fail($"{RequireVariable}=1, and missing: {reason}");
        Assert.Skip(reason);
    }

    private static string? Try()
    {
        try
        {
            new Lori.EventLoopGroup(1, new Lori.EventLoopOptions { Backend = Lori.BackendKind.IoUring }).Dispose();
            return null;
        }
        catch (PlatformNotSupportedException e)
        {
            return e.Message;
        }
    }
}
