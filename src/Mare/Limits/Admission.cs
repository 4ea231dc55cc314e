// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>
/// Counts what a server has of connections, against <see cref="ConnectionLimits"/>: sockets, handshakes under way, seats (of
/// connections that are open or about to be) and client addresses. Who took one gives it back. Any thread.
/// </summary>
internal sealed class Admission(ConnectionLimits limits)
{
    private readonly AddressCounts _addresses = new(limits.MaxConnectionsPerAddress);
    private readonly int _mostSockets = limits.MaxTcpConnections ?? int.MaxValue;
    private int _sockets;
    private int _handshakes;
    private int _seats;

    /// <summary>Gets what is out: all zero when no connection is left.</summary>
    public (int Sockets, int Handshakes, int Seats, int Addresses) Taken =>
        (Volatile.Read(ref _sockets), Volatile.Read(ref _handshakes), Volatile.Read(ref _seats), _addresses.Addresses);

    /// <summary>Gets whether clients of this machine count by their address too.</summary>
    public bool CountsLoopback => limits.CountLoopback;

    public bool TryTakeSocket() => TryTake(ref _sockets, _mostSockets);

    public void ReturnSocket() => Interlocked.Decrement(ref _sockets);

    public bool TryTakeHandshake() => TryTake(ref _handshakes, limits.MaxHandshakes);

    public void ReturnHandshake() => Interlocked.Decrement(ref _handshakes);

    public bool TryTakeSeat() => TryTake(ref _seats, limits.MaxConnections);

    public void ReturnSeat() => Interlocked.Decrement(ref _seats);

    public bool TryEnter(AddressKey address) => _addresses.TryEnter(address);

    public void Leave(AddressKey address) => _addresses.Leave(address);

    private static bool TryTake(ref int count, int most)
    {
        if (Interlocked.Increment(ref count) <= most) return true;
        Interlocked.Decrement(ref count);
        return false;
    }
}
