// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori.Backends;

namespace Lori;

/// <summary>
/// Listens on every address of a host, on one loop, and hands each connection to the loop with the fewest. Loop only.
/// </summary>
internal sealed class TcpListener
{
    // A system that chose a port which another address of the host has in use is asked again, so often.
    private const int MaxPortTries = 16;

    private readonly List<Address> _addresses = [];
    private readonly EventLoopGroup _loops;
    private readonly TcpConnectionOptions _connectionOptions;
    private readonly TlsAcceptor? _tls;
    private readonly Func<EndPoint?, ITcpConnectionEvents?> _accept;
    private readonly ProxyGate _proxies;
    private LoopTimer? _reload;
    private bool _isHolding; // as many TLS handshakes are under way as may be

    private TcpListener(EventLoopGroup loops, ListenOptions options, TlsAcceptor? tls, Func<EndPoint?, ITcpConnectionEvents?> accept)
    {
        _loops = loops;
        _connectionOptions = options.Connection;
        _tls = tls;
        _accept = accept;
        _proxies = new ProxyGate(options.ProxyProtocol, accept, loops.Loops[0], options.Connection, tls);
    }

    /// <summary>Gets the addresses, with their ports. Any thread.</summary>
    public IReadOnlyList<EndPoint> EndPoints { get; private set; } = [];

    /// <summary>Gets how many connections were dropped for their PROXY header, or the lack of one. Any thread.</summary>
    public long ProxyHeadersRefused => _proxies.Refused;

    /// <summary>Finds the addresses that the options name; inherited sockets are taken with it. Any thread.</summary>
    public static async Task<IReadOnlyList<EndPoint>> ResolveAsync(ListenOptions options)
    {
        if (options.InheritedSocket is { } inherited) return InheritedSockets.Take(inherited);
        if (options.UnixSocketPath is { } path) return [new UnixDomainSocketEndPoint(path)];
        if (options.Host == "*")
        {
            var six = options.IPVersion == IPVersion.IPv6 || (options.IPVersion == IPVersion.Any && Socket.OSSupportsIPv6);
            return [new IPEndPoint(six ? IPAddress.IPv6Any : IPAddress.Any, options.Port)];
        }

        try
        {
            IPAddress[] addresses = IPAddress.TryParse(options.Host, out var address)
                ? [address]
                : await Dns.GetHostAddressesAsync(options.Host).ConfigureAwait(false);
            var wanted = addresses.Where(a => HostAddresses.IsOf(a, options.IPVersion)).Distinct().ToArray();
            if (wanted.Length == 0) throw new ListenException($"Cannot listen on {options.Host}: {HostAddresses.Missing(options.IPVersion)}.");
            // IPv4 first, so that the first end point is the one most clients try.
            return [.. wanted.OrderBy(static a => a.AddressFamily).Select(a => new IPEndPoint(a, options.Port))];
        }
        catch (SocketException e)
        {
            throw new ListenException($"Cannot listen on {options.Host}: the name has no address ({e.Message}).", e);
        }
    }

    /// <summary>Listens on all addresses, or on none. On the first loop of the group.</summary>
    /// <param name="loops">Where connections live; the listener on the first.</param>
    /// <param name="addresses">What <see cref="ResolveAsync"/> has found.</param>
    /// <param name="options">How to listen; how TLS is spoken is <paramref name="tls"/>'s.</param>
    /// <param name="tls">What speaks TLS; null for none.</param>
    /// <param name="accept">Makes who is told of a connection; null refuses it.</param>
    /// <exception cref="ListenException">An address cannot be had.</exception>
    public static TcpListener Open(
        EventLoopGroup loops, IReadOnlyList<EndPoint> addresses, ListenOptions options, TlsAcceptor? tls, Func<EndPoint?, ITcpConnectionEvents?> accept)
    {
        for (var attempt = 1; ; attempt++)
        {
            var listener = new TcpListener(loops, options, tls, accept);
            try
            {
                listener.OpenAll(addresses, options);
                tls?.WhenFull(listener.OnHandshakesFull);
                listener.WatchCertificates();
                return listener;
            }
            catch (ListenException e)
            {
                listener.Close();
                var chosenPortTaken = options is { UnixSocketPath: null, Port: 0 } && e.SocketErrorCode == SocketError.AddressAlreadyInUse;
                if (!chosenPortTaken || attempt == MaxPortTries) throw;
            }
        }
    }

    public void Close()
    {
        _reload?.Cancel();
        _tls?.StopWaiting();
        foreach (var address in _addresses) address.Close();
        _addresses.Clear();
        EndPoints = [];
        _proxies.Close();
        if (_proxies.IsEmpty) return;
        foreach (var loop in _loops.Loops) loop.Post(static s => s.loop.DropProxied(s.proxies), (loop, proxies: _proxies));
    }

    private void OpenAll(IReadOnlyList<EndPoint> endPoints, ListenOptions options)
    {
        var logger = _loops.Loops[0].Logger;
        ListenException? skipped = null;
        var port = options.Port;
        foreach (var wanted in endPoints)
        {
            var endPoint = wanted is IPEndPoint ip ? new IPEndPoint(ip.Address, port) : wanted;
            try
            {
                _addresses.Add(new Address(this, _loops.Loops[0], endPoint, options));
                if (_addresses[^1].LocalEndPoint is IPEndPoint bound) port = bound.Port;
            }
            catch (SocketException e) when (endPoints.Count > 1 && IsMissing(e.SocketErrorCode))
            {
                // A name may have an address of a family that this machine does not carry (localhost without IPv6).
                Log.AddressSkipped(logger, endPoint, e.SocketErrorCode);
                skipped = new ListenException(endPoint, e);
            }
            catch (SocketException e)
            {
                throw new ListenException(endPoint, e);
            }
        }

        if (_addresses.Count == 0) throw skipped ?? new ListenException($"Cannot listen on {options.Host}: the name has no address.");
        EndPoints = _addresses.ConvertAll(static a => a.LocalEndPoint);
    }

    private static bool IsMissing(SocketError error) =>
        error is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported or SocketError.ProtocolNotSupported;

    private void OnAccepted(AcceptedSocket socket)
    {
        var remote = socket.RemoteEndPoint;
        if (_proxies.Requires(remote))
        {
            // Whose connection it is, is known when the header has come.
            if (!ProxyTransport.StartOn(_loops.Next(), socket, _proxies)) socket.Dispose();
            return;
        }

        var events = _accept(remote);
        if (events is null || !TcpConnection.StartOn(_loops.Next(), socket, events, _connectionOptions, _tls)) socket.Dispose();
    }

    private void OnHandshakesFull()
    {
        var loop = _loops.Loops[0];
        if (loop.IsCurrent) HoldUntilRoom();
        else loop.Post(static me => me.HoldUntilRoom(), this);
    }

    /// <summary>Accepts nothing until a handshake ends, or is given up: who comes waits in the backlog, which is better than to be turned away.</summary>
    private void HoldUntilRoom()
    {
        // Those whose PROXY header was awaited begin theirs meanwhile.
        if (_isHolding || _addresses.Count == 0) return;
        _isHolding = true;
        foreach (var address in _addresses) address.Hold(true);
        WaitForRoom();
    }

    private void WaitForRoom()
    {
        var loop = _loops.Loops[0];
        _tls!.WhenRoom(loop, () => loop.Post(static me => me.OnRoom(), this));
    }

    private void OnRoom()
    {
        // Another may have taken it since.
        if (_addresses.Count > 0 && !_tls!.HasRoom)
        {
            WaitForRoom();
            return;
        }

        _isHolding = false;
        foreach (var address in _addresses) address.Hold(false);
    }

    private void WatchCertificates()
    {
        if (_tls is not { WatchesFiles: true } tls) return;
        _reload = _loops.Loops[0].CreateTimer(
            static me =>
            {
                me._tls!.LoadChanged();
                me._reload!.Restart(me._tls.Options.ReloadInterval);
            },
            this);
        _reload.Restart(tls.Options.ReloadInterval);
    }

    /// <summary>Is one address, with its pause after errors.</summary>
    private sealed class Address : IListenerEvents
    {
        private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
        private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

        // A descriptor that is free for a moment (the runtime opens some when it starts a thread) is taken at once and ends no
        // exhaustion: that is over, and the next is news, when nothing has failed for so long.
        private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(1);

        private readonly TcpListener _listener;
        private readonly EventLoop _loop;
        private readonly BackendListener _backend;
        private readonly LoopTimer _retry;
        private readonly LoopTimer _recovered;
        private TimeSpan _pause = FirstPause;
        private bool _held; // as many TLS handshakes are under way as may be
        private bool _pausing; // after an error
        private bool _failing; // since the warning, until accepting has recovered
        private bool _recovering; // connections come again, since less than the time above

        public Address(TcpListener listener, EventLoop loop, EndPoint endPoint, ListenOptions options)
        {
            _listener = listener;
            _loop = loop;
            _backend = loop.Listen(endPoint, options, this);
            _retry = loop.CreateTimer(static me => me.Pause(false), this);
            _recovered = loop.CreateTimer(static me => me.OnRecovered(), this);
        }

        public EndPoint LocalEndPoint => _backend.LocalEndPoint;

        public void Close()
        {
            _retry.Cancel();
            _recovered.Cancel();
            _loop.StopListening(_backend);
        }

        /// <summary>Accepts nothing for now, or goes on.</summary>
        public void Hold(bool held)
        {
            _held = held;
            _backend.SetAccepting(!_held && !_pausing);
        }

        public void OnAccepted(AcceptedSocket socket)
        {
            if (_failing && !_recovering)
            {
                _recovering = true;
                _pause = FirstPause;
                _recovered.Restart(Recovery);
            }

            _listener.OnAccepted(socket);
        }

        public void OnAcceptFailed(SocketError error)
        {
            // The socket stays readable while connections wait: without a pause the loop would spin.
            Pause(true);
            _recovering = false;
            _recovered.Cancel();
            _retry.Restart(_pause);
            if (!_failing) Log.AcceptFailed(_loop.Logger, LocalEndPoint, error, (long)_pause.TotalMilliseconds);
            _failing = true;
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        }

        private void Pause(bool pausing)
        {
            _pausing = pausing;
            _backend.SetAccepting(!_held && !_pausing);
        }

        private void OnRecovered()
        {
            _failing = _recovering = false;
            Log.AcceptResumed(_loop.Logger, LocalEndPoint);
        }
    }
}
