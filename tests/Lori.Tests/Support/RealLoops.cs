// SPDX-License-Identifier: MIT
using Mare.Backends;

namespace Lori.Tests;

/// <summary>Starts loops on threads of their own, over the kernel.</summary>
internal static class RealLoops
{
    public static EventLoopGroup Start(int count, BackendKind backend)
    {
        Assert.SkipUnless(backend != BackendKind.Epoll || OperatingSystem.IsLinux(), "epoll needs Linux.");
        if (backend == BackendKind.IoUring) IoUringMachine.SkipUnlessAllowed();
        return new EventLoopGroup(count, new EventLoopOptions { Backend = backend });
    }
}
