// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori;

/// <summary>Stands for the address of a socket that listens already.</summary>
internal sealed class InheritedEndPoint(Socket socket, string name) : EndPoint
{
    public Socket Socket => socket;

    public override AddressFamily AddressFamily => socket.AddressFamily;

    public override string ToString() => $"the inherited socket \"{name}\"";
}
