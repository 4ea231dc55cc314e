// SPDX-License-Identifier: MIT
using System.Net;
using Lori.Backends.Epoll;

namespace Lori.Tests.Backends.Epoll;

/// <summary>Runs the contract on real loopback sockets.</summary>
public sealed class EpollBackendTests() : NetworkBackendContract(Create())
{
    private protected override ContractPeer ConnectPeer(EndPoint endPoint) => new SocketPeer(endPoint);

    private static EpollBackend Create()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "epoll needs Linux.");
        return new EpollBackend(Options);
    }
}
