// SPDX-License-Identifier: MIT
using System.Net;

namespace Mare;

/// <content>What the connection has taken of the server's limits; all of it is given back when TCP has ended.</content>
public sealed partial class WebSocketConnection
{
    private AddressKey _countedFor; // none: by no address
    private bool _hasSeat;

    /// <summary>
    /// Learns whose connection it is, and counts it for that client's address instead of the one before. The one place where an
    /// address begins to count: at the start where it is the socket's own, later where something in front has to say it first.
    /// </summary>
    /// <param name="client">The client; null for one without an address.</param>
    /// <returns>False when that address has as many connections as it may: it is counted for none, and to be refused.</returns>
    internal bool TryAdmitClient(IPAddress? client)
    {
        var admission = _server.Admission;
        var counts = client is not null && (admission.CountsLoopback || !AddressKey.IsLoopback(client));
        var key = counts ? AddressKey.Of(client!) : default;
        if (key == _countedFor) return true;
        LeaveAddress();
        if (key.IsNone) return true;
        if (!admission.TryEnter(key))
        {
            _server.Count(_loop, Counted.AddressRefused);
            return false;
        }

        _countedFor = key;
        return true;
    }

    /// <summary>Takes a seat among the connections that may be open; false when there is none.</summary>
    internal bool TryTakeSeat()
    {
        if (_hasSeat) return true;
        _hasSeat = _server.Admission.TryTakeSeat();
        if (!_hasSeat) _server.Count(_loop, Counted.ConnectionRefused);
        return _hasSeat;
    }

    private void LeaveSeat()
    {
        if (!_hasSeat) return;
        _hasSeat = false;
        _server.Admission.ReturnSeat();
    }

    private void LeaveAddress()
    {
        if (_countedFor.IsNone) return;
        _server.Admission.Leave(_countedFor);
        _countedFor = default;
    }
}
