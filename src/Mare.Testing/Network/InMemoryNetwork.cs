// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori;

namespace Mare.Testing;

/// <summary>
/// Plays the network between event loops and the peers of a test, in memory. The loops listen on it
/// (<see cref="ManualLoops"/>) and connect over it; the test connects to them.
/// </summary>
/// <remarks>
/// Any thread may drive a peer, but a run is repeatable only when one thread drives peers and loops. Nothing reaches a
/// server before its loop's next turn.
/// </remarks>
public sealed class InMemoryNetwork
{
    // The range from which systems choose ports (RFC 6335, section 6); peers get theirs from the middle of it.
    private const int FirstServerPort = 49152;
    private const int FirstPeerPort = 57000;

    private const SocketError NoAnswer = SocketError.IOPending;

    private readonly Dictionary<string, InMemoryListener> _listeners = [];
    private readonly Dictionary<string, Task<IPAddress[]>> _names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["localhost"] = Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
    };

    private readonly Dictionary<string, SocketError> _answers = [];
    private readonly Random _random;
    private int _nextServerPort = FirstServerPort;
    private int _nextPeerPort = FirstPeerPort;
    private int _acceptFailures;
    private SocketError _acceptError;

    /// <summary>Makes a network without listeners.</summary>
    /// <param name="options">How it behaves; default: kindly.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public InMemoryNetwork(InMemoryNetworkOptions? options = null)
    {
        Options = options ?? new InMemoryNetworkOptions();
        Options.Validate();
        _random = new Random(Options.Seed);
    }

    /// <summary>Gets how the network behaves.</summary>
    public InMemoryNetworkOptions Options { get; }

    /// <summary>Gets what guards everything on this network: the loops and the test may be on different threads.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Connects to a listener; the server hears of it in its next turn. Any thread.</summary>
    /// <param name="endPoint">An address that a loop listens on, or one that a wildcard covers.</param>
    /// <returns>The peer's end of the connection.</returns>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public InMemoryPeer Connect(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        lock (Gate)
        {
            return new InMemoryPeer(Open(endPoint) ?? throw new SocketException((int)SocketError.ConnectionRefused));
        }
    }

    /// <summary>Connects to a listener from an address of one's own: see the other overload.</summary>
    /// <param name="endPoint">An address that a loop listens on, or one that a wildcard covers; not a Unix domain socket.</param>
    /// <param name="from">The peer's address, as the server sees it; its port is chosen.</param>
    /// <returns>The peer's end of the connection.</returns>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public InMemoryPeer Connect(EndPoint endPoint, IPAddress from)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentNullException.ThrowIfNull(from);
        lock (Gate)
        {
            return new InMemoryPeer(Open(endPoint, from) ?? throw new SocketException((int)SocketError.ConnectionRefused));
        }
    }

    /// <summary>Connects to whatever listens on a port of this machine: see the other overload.</summary>
    /// <param name="port">The port, 1 to 65,535.</param>
    /// <returns>The peer's end of the connection.</returns>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public InMemoryPeer Connect(int port)
    {
        var address = new IPEndPoint(IPAddress.Loopback, port);
        lock (Gate)
        {
            return Connect(Find(address) is null ? new IPEndPoint(IPAddress.IPv6Loopback, port) : address);
        }
    }

    /// <summary>Connects to a listener, and gives the peer's end as a stream whose reads wait. Any thread.</summary>
    /// <param name="endPoint">An address that a loop listens on, or one that a wildcard covers.</param>
    /// <returns>The peer's end of the connection.</returns>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public InMemoryStream ConnectStream(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        lock (Gate)
        {
            return new InMemoryStream(Open(endPoint) ?? throw new SocketException((int)SocketError.ConnectionRefused));
        }
    }

    /// <summary>
    /// Starts loops on this network that run by themselves, each on a thread of its own, on the clock of their options: for
    /// what cannot be driven by a test, such as a client that awaits.
    /// </summary>
    /// <param name="count">How many, 1 to 1,024; 0, the default, is one for each processor.</param>
    /// <param name="options">How they are made; copied. Its backend is not asked.</param>
    /// <returns>The loops; disposing of them ends them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count, or an option, is out of its range.</exception>
    public EventLoopGroup StartLoops(int count = 0, EventLoopOptions? options = null) =>
        new(count, options ?? new EventLoopOptions(), (id, copy) => LoopThread.Start(id, copy, CreateBackend));

    /// <summary>Gives a name to addresses, for the connects of loops; "localhost" has one from the start. Any thread.</summary>
    /// <param name="host">The name; case does not matter.</param>
    /// <param name="addresses">Its addresses, in the order in which they are tried; none leaves the name without any.</param>
    public void SetName(string host, params IPAddress[] addresses) => SetName(host, Task.FromResult(addresses));

    /// <summary>Makes the connects of loops to an address fail, whoever listens there. Any thread.</summary>
    /// <param name="endPoint">The address.</param>
    /// <param name="error">What the connecting side is told, such as <see cref="SocketError.HostUnreachable"/>.</param>
    public void FailConnects(EndPoint endPoint, SocketError error) => SetAnswer(endPoint, error);

    /// <summary>Never answers the connects of loops to an address, whoever listens there: they time out. Any thread.</summary>
    /// <param name="endPoint">The address.</param>
    public void IgnoreConnects(EndPoint endPoint) => SetAnswer(endPoint, NoAnswer);

    /// <summary>Answers the connects of loops to an address as before; those that were never answered stay so. Any thread.</summary>
    /// <param name="endPoint">The address.</param>
    public void AllowConnects(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        lock (Gate) _answers.Remove(Key(endPoint));
    }

    internal InMemoryBackend CreateBackend(EventLoop loop) => new(this, loop.Options);

    /// <summary>Makes the next accepts fail, as if the system had no descriptors left.</summary>
    internal void FailAccepts(int count, SocketError error)
    {
        lock (Gate) (_acceptFailures, _acceptError) = (count, error);
    }

    /// <summary>Takes one of the failures asked for. Under the gate.</summary>
    internal bool TryTakeAcceptFailure(out SocketError error)
    {
        error = _acceptError;
        if (_acceptFailures == 0) return false;
        _acceptFailures--;
        return true;
    }

    /// <summary>Decides whether something happens that the options allow: one time in three. Under the gate.</summary>
    internal bool Happens(bool allowed) => allowed && _random.Next(3) == 0;

    /// <summary>Chooses how much of something passes at once. Under the gate.</summary>
    internal int Part(int available, int largest) =>
        largest == int.MaxValue ? available : Math.Min(available, _random.Next(1, largest + 1));

    /// <summary>Takes an address. Under the gate.</summary>
    /// <exception cref="SocketException">It is in use.</exception>
    internal EndPoint Bind(EndPoint endPoint, InMemoryListener listener)
    {
        if (endPoint is IPEndPoint { Port: 0 } wanted)
        {
            do endPoint = new IPEndPoint(wanted.Address, _nextServerPort++);
            while (_listeners.ContainsKey(Key(endPoint)));
        }

        if (!_listeners.TryAdd(Key(endPoint), listener)) throw new SocketException((int)SocketError.AddressAlreadyInUse);
        return endPoint;
    }

    /// <summary>Gives an address back. Under the gate.</summary>
    internal void Unbind(EndPoint endPoint) => _listeners.Remove(Key(endPoint));

    internal void SetName(string host, Task<IPAddress[]> addresses)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(addresses);
        lock (Gate) _names[host] = addresses;
    }

    internal Task<IPAddress[]> FindName(string host)
    {
        lock (Gate)
        {
            return _names.TryGetValue(host, out var addresses)
                ? addresses
                : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
        }
    }

    /// <summary>Decides what becomes of a loop's connect: an end, an error, or, with neither, no answer ever. Under the gate.</summary>
    internal (InMemoryEnd? End, SocketError? Error) Answer(EndPoint endPoint)
    {
        if (_answers.TryGetValue(Key(endPoint), out var answer)) return (null, answer == NoAnswer ? null : answer);
        var end = Open(endPoint);
        return (end, end is null ? SocketError.ConnectionRefused : null);
    }

    /// <summary>Connects to a listener; null when nobody listens. Under the gate.</summary>
    private InMemoryEnd? Open(EndPoint endPoint, IPAddress? from = null)
    {
        if (Find(endPoint) is not { } listener) return null;
        var local = endPoint is IPEndPoint ip ? new IPEndPoint(from ?? ip.Address, NextPeerPort()) : null;
        var (client, server) = InMemoryEnd.CreatePair(this, local, endPoint);
        listener.Add(new InMemoryAcceptedSocket(server));
        return client;
    }

    // As many connections as a test wants: ports come again.
    private int NextPeerPort()
    {
        if (_nextPeerPort > IPEndPoint.MaxPort) _nextPeerPort = FirstPeerPort;
        return _nextPeerPort++;
    }

    private void SetAnswer(EndPoint endPoint, SocketError answer)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        lock (Gate) _answers[Key(endPoint)] = answer;
    }

    private static string Key(EndPoint endPoint) => endPoint.ToString()!;

    private InMemoryListener? Find(EndPoint endPoint)
    {
        if (_listeners.TryGetValue(Key(endPoint), out var listener)) return listener;
        if (endPoint is not IPEndPoint ip) return null;
        var any = ip.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        if (_listeners.TryGetValue(Key(new IPEndPoint(any, ip.Port)), out listener)) return listener;
        // A dual-stack listener takes IPv4 too.
        return _listeners.GetValueOrDefault(Key(new IPEndPoint(IPAddress.IPv6Any, ip.Port))) is { IsDualStack: true } dual ? dual : null;
    }
}
