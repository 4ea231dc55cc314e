// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori.Backends.Epoll;

namespace Lori.Tests.Backends.Epoll;

/// <summary>Runs the contract on real loopback sockets.</summary>
public sealed class EpollBackendTests() : NetworkBackendContract(Create())
{
    // Bound, so that nobody else gets the port, but not listening.
    private readonly Socket _nobody = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private protected override EndPoint NobodysEndPoint()
    {
        _nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return _nobody.LocalEndPoint!;
    }

    private protected override ContractPeer ConnectPeer(EndPoint endPoint) => new SocketPeer(endPoint);

    public override void Dispose()
    {
        base.Dispose();
        _nobody.Dispose();
    }

    private static EpollBackend Create()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "epoll needs Linux.");
        return new EpollBackend(Options);
    }
}
