// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori.Backends;

namespace Mare.Testing;

/// <summary>Is a loop's attempt to connect over an <see cref="InMemoryNetwork"/>: answered in the next turn, or never.</summary>
internal sealed class InMemoryConnect(InMemoryNetwork network, EndPoint endPoint, IConnectEvents events)
    : PendingConnect, IInMemorySource
{
    private bool _ended;
    private bool _isIgnored;

    public bool IsQueued { get; set; }

    public bool HasWork => !_ended && !_isIgnored;

    public override void Abandon()
    {
        lock (network.Gate) _ended = true;
    }

    public void OnReady()
    {
        InMemoryEnd? end;
        SocketError? error;
        lock (network.Gate)
        {
            // The answer may be late, as bytes may.
            if (!HasWork || network.Happens(network.Options.DelaysDeliveries)) return;
            (end, error) = network.Answer(endPoint);
            _isIgnored = end is null && error is null;
            if (_isIgnored) return;
            _ended = true;
        }

        if (end is not null) events.OnConnected(new InMemoryAcceptedSocket(end));
        else events.OnConnectFailed(error!.Value);
    }
}
