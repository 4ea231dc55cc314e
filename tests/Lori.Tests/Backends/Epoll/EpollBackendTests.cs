// SPDX-License-Identifier: MIT
using Lori.Backends.Epoll;

namespace Lori.Tests.Backends.Epoll;

/// <summary>Runs the contract on epoll.</summary>
public sealed class EpollBackendTests() : SocketContract(Create())
{
    private static EpollBackend Create()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "epoll needs Linux.");
        return new EpollBackend(Options);
    }
}
