// SPDX-License-Identifier: MIT
using Lori.Backends.Sockets;

namespace Lori.Tests.Backends.Sockets;

/// <summary>Runs the contract on System.Net.Sockets.</summary>
public sealed class SocketsBackendTests() : SocketContract(new SocketsBackend(Options))
{
    private protected override bool SendsUncopied => false;
}
