// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;

namespace Lori.Tests.Backends.IoUring;

/// <summary>Where io_uring is refused, auto takes epoll, and says so once.</summary>
public sealed class RefusalTests
{
    private const int NotPermitted = 1; // EPERM: Docker's and Podman's default filters
    private const int NoSystemCall = 38; // ENOSYS: older kernels, gVisor

    [Theory]
    [InlineData(NotPermitted, "not permitted (a seccomp filter, or kernel.io_uring_disabled)")]
    [InlineData(NoSystemCall, "the kernel has none, or a seccomp filter hides it")]
    public async Task IoUring_RefusedByASeccompFilter_AutoTakesEpollAndSaysWhyOnce(int error, string reason)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "seccomp needs Linux.");
        using var child = StartChild(error);
        var output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Client.Deadline, TestContext.Current.CancellationToken);
        Assert.True(child.WaitForExit(Client.Deadline), "the child does not end");
        Assert.Equal(0, child.ExitCode);
        Assert.Equal(
            ["epoll epoll", "1", $"io_uring is not used, epoll is: {reason}", $"io_uring cannot be used: {reason}."],
            output.TrimEnd('\n').Split('\n'));
    }

    private static Process StartChild(int error)
    {
        var self = Environment.ProcessPath!;
        var start = new ProcessStartInfo(self) { RedirectStandardOutput = true };
        start.Environment.Remove(EventLoopOptions.BackendVariable);
        // Under the "dotnet" command the program is this assembly.
        if (Path.GetFileNameWithoutExtension(self) == "dotnet") start.ArgumentList.Add(typeof(RefusalTests).Assembly.Location);
        start.ArgumentList.Add(RefusedIoUring.Argument);
        start.ArgumentList.Add(error.ToString(CultureInfo.InvariantCulture));
        return Process.Start(start)!;
    }
}
