// SPDX-License-Identifier: MIT
using Lori.Backends;

namespace Lori.Tests.Backends;

public sealed class BackendSelectorTests
{
    [Theory]
    [InlineData(BackendKind.Epoll, "epoll")]
    [InlineData(BackendKind.Sockets, "sockets")]
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
    public void Auto_WithTheVariable_IsWhatItNamesOrElseTheSystemsBest(string? variable, BackendKind? expected) =>
        Assert.Equal(
            expected ?? (OperatingSystem.IsLinux() ? BackendKind.Epoll : BackendKind.Sockets),
            BackendSelector.Choose(BackendKind.Auto, variable));

    [Theory]
    [InlineData("carrier-pigeon")]
    [InlineData("7")]
    public void Auto_WithAVariableThatNamesNone_SaysWhatToUse(string variable)
    {
        var e = Assert.Throws<PlatformNotSupportedException>(() => BackendSelector.Choose(BackendKind.Auto, variable));
        Assert.Equal($"LORI_BACKEND is \"{variable}\", which is no backend; use auto, epoll or sockets.", e.Message);
    }

    [Fact]
    public void Backend_Chosen_WinsOverTheVariable() =>
        Assert.Equal(BackendKind.Sockets, BackendSelector.Choose(BackendKind.Sockets, "epoll"));
}
