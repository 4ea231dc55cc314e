// SPDX-License-Identifier: MIT
using System.Net;
using Lori.Backends.Sockets;

namespace Lori.Tests.Backends.Sockets;

/// <summary>Runs the contract on real loopback sockets, through System.Net.Sockets.</summary>
public sealed class SocketsBackendTests() : BackendContract(new SocketsBackend(Options))
{
    private protected override ContractPeer ConnectPeer(EndPoint endPoint) => new SocketPeer(endPoint);
}
