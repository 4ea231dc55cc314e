// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori.Backends;

namespace Lori.Tests.Backends;

/// <summary>Runs the contract on real loopback sockets.</summary>
public abstract class SocketContract : NetworkBackendContract
{
    // Bound, so that nobody else gets the port, but not listening.
    private readonly Socket _nobody = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private protected SocketContract(Backend backend)
        : base(backend)
    {
    }

    public override void Dispose()
    {
        base.Dispose();
        _nobody.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected override EndPoint NobodysEndPoint()
    {
        _nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return _nobody.LocalEndPoint!;
    }

    private protected override ContractPeer ConnectPeer(EndPoint endPoint) => new SocketPeer(endPoint);
}
