// SPDX-License-Identifier: MIT
using Lori.Backends;
using Lori.Backends.IoUring;

namespace Lori.Tests.Backends;

public sealed class BackendSelectorTests
{
    [Theory]
    [InlineData(BackendKind.Epoll, "epoll")]
    [InlineData(BackendKind.Sockets, "sockets")]
    [InlineData(BackendKind.IoUring, "io_uring")]
    public void Backend_Chosen_IsTheOneThatRuns(BackendKind kind, string name)
    {
        using var loops = RealLoops.Start(1, kind);
        Assert.Equal(name, loops.Loops[0].BackendName);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("auto", null)]
    [InlineData("sockets", BackendKind.Sockets)]
    [InlineData("EPOLL", BackendKind.Epoll)]
    [InlineData("io_uring", BackendKind.IoUring)]
    [InlineData("IoUring", BackendKind.IoUring)]
    public void Auto_WithTheVariable_IsWhatItNamesOrElseTheSystemsBest(string? variable, BackendKind? expected) =>
        Assert.Equal(expected ?? Best(), BackendSelector.Choose(BackendKind.Auto, variable, out _));

    [Theory]
    [InlineData("carrier-pigeon")]
    [InlineData("7")]
    public void Auto_WithAVariableThatNamesNone_SaysWhatToUse(string variable)
    {
        var e = Assert.Throws<PlatformNotSupportedException>(() => BackendSelector.Choose(BackendKind.Auto, variable, out _));
        Assert.Equal($"LORI_BACKEND is \"{variable}\", which is no backend; use auto, io_uring, epoll or sockets.", e.Message);
    }

    [Fact]
    public void Backend_Chosen_WinsOverTheVariable() =>
        Assert.Equal(BackendKind.Sockets, BackendSelector.Choose(BackendKind.Sockets, "epoll", out _));

    private static BackendKind Best()
    {
        if (!OperatingSystem.IsLinux()) return BackendKind.Sockets;
        return IoUringSupport.Refusal is null && IoUringSupport.Drawback is null ? BackendKind.IoUring : BackendKind.Epoll;
    }
}
