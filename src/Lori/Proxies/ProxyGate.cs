// SPDX-License-Identifier: MIT
using System.Net;

namespace Lori;

/// <summary>
/// Is what the connections of one listener share that must begin with a PROXY header: who is listed, how to go on, what was
/// dropped.
/// </summary>
/// <param name="options">A copy of the options.</param>
/// <param name="accept">Makes the actor of a client, once its address is known, or null to refuse it. On the listener's loop.</param>
/// <param name="listenerLoop">The listener's loop.</param>
/// <param name="connection">How the connections behave.</param>
/// <param name="tls">What speaks TLS behind the header; null for none.</param>
internal sealed class ProxyGate(
    ProxyProtocolOptions options,
    Func<EndPoint?, ITcpConnectionEvents?> accept,
    EventLoop listenerLoop,
    TcpConnectionOptions connection,
    TlsAcceptor? tls)
{
    // A proxy that is set up wrongly fails on every connection: one line says so, and at most one in this time that it goes on.
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly TrustedSources _sources = new(options.Sources, options.UnixSockets);
    private readonly Lock _logging = new();
    private long _refused;
    private long _loggedRefused;
    private long? _loggedAt;
    private bool _closed;

    public TimeSpan HeaderTimeout => options.HeaderTimeout;

    public EventLoop ListenerLoop => listenerLoop;

    public TcpConnectionOptions Connection => connection;

    public TlsAcceptor? Tls => tls;

    /// <summary>Gets whether no proxy is listed.</summary>
    public bool IsEmpty => _sources.IsEmpty;

    /// <summary>Gets how many connections were dropped for their header, or the lack of one. Any thread.</summary>
    public long Refused => Volatile.Read(ref _refused);

    public bool Requires(EndPoint? remoteEndPoint) => _sources.Contains(remoteEndPoint);

    /// <summary>Makes the actor of a client; null to refuse it. On the listener's loop.</summary>
    public ITcpConnectionEvents? Accept(EndPoint? remoteEndPoint) => _closed ? null : accept(remoteEndPoint);

    /// <summary>Accepts nobody any more, since the listener has stopped. On its loop.</summary>
    public void Close() => _closed = true;

    /// <summary>Counts a connection that was dropped, and logs it unless one was logged a short while ago. On its loop.</summary>
    public void Refuse(EventLoop loop, EndPoint? proxy, string reason)
    {
        var refused = Interlocked.Increment(ref _refused);
        // Several loops may refuse at once; this is no path of a client's bytes.
        lock (_logging)
        {
            var now = loop.TimeProvider.GetTimestamp();
            if (_loggedAt is { } last && loop.TimeProvider.GetElapsedTime(last, now) < LogInterval) return;
            Log.ProxyHeaderRefused(loop.Logger, proxy?.ToString() ?? "a Unix domain socket", reason, refused - _loggedRefused);
            (_loggedAt, _loggedRefused) = (now, refused);
        }
    }
}
