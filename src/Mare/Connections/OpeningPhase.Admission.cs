// SPDX-License-Identifier: MIT
using System.Net;

namespace Mare;

/// <content>Counts the connection against <see cref="ConnectionLimits"/>, and refuses one that is too many.</content>
internal sealed partial class OpeningPhase
{
    private const int TooManyRequests = 429; // RFC 6585, section 4

    private bool _isHandshake; // counted among those under way

    /// <summary>
    /// Begins. A connection too many is answered at once, whatever it is about to ask for: waiting for its request would hold
    /// what the limit is there to save.
    /// </summary>
    public void Begin()
    {
        if (!TryBeginHandshake()) return;
        var remote = _connection.RemoteEndPoint;
        // The clients of an HTTP proxy are known by their requests only; the proxy itself is counted for none.
        if (!_server.Forwarding.IsProxy(remote) && !_connection.TryAdmitClient((remote as IPEndPoint)?.Address)) RefuseAddress();
    }

    /// <summary>Counts a request that is awaited; refuses it, and answers false, when too many are.</summary>
    private bool TryBeginHandshake()
    {
        _isHandshake = _server.Admission.TryTakeHandshake();
        if (_isHandshake) return true;
        _server.Count(_connection.Tcp.Loop, Counted.HandshakeRefused);
        Refuse(Unavailable, "MaxHandshakes are under way", "Too many connections are at their request\n", null);
        return false;
    }

    private void EndHandshake()
    {
        if (!_isHandshake) return;
        _isHandshake = false;
        _server.Admission.ReturnHandshake();
    }

    private void RefuseAddress() =>
        Refuse(TooManyRequests, "the address has MaxConnectionsPerAddress", "Too many connections from this address\n", null);

    private void RefuseFull() => Refuse(Unavailable, "MaxConnections are open", "The server is full\n", null);
}
