// SPDX-License-Identifier: MIT
namespace Lori.Backends.Sockets;

/// <summary>
/// Watches the sockets for which no receive is pending, since their bytes or their end wait unread: a reset of one of
/// these completes nothing, so it is looked for, once a second. Loop only.
/// </summary>
internal sealed class SilentSockets
{
    // How late the reset of a paused connection may be noticed, and what an idle loop wakes for while it has such.
    private const int Interval = 1000;

    /// <summary>Says that a transport is not among them.</summary>
    public const int None = -1;

    private readonly List<SocketsTransport> _watched = [];
    private long _next;

    public void Add(SocketsTransport transport)
    {
        if (transport.SilentIndex != None) return;
        if (_watched.Count == 0) _next = Environment.TickCount64 + Interval;
        transport.SilentIndex = _watched.Count;
        _watched.Add(transport);
    }

    public void Remove(SocketsTransport transport)
    {
        var index = transport.SilentIndex;
        if (index == None) return;
        transport.SilentIndex = None;
        var last = _watched[^1];
        _watched.RemoveAt(_watched.Count - 1);
        if (ReferenceEquals(last, transport)) return;
        _watched[index] = last;
        last.SilentIndex = index;
    }

    /// <summary>Shortens a wait, in milliseconds (-1: without end), to the next look.</summary>
    public int Shorten(int milliseconds)
    {
        if (_watched.Count == 0) return milliseconds;
        var left = (int)Math.Max(0, _next - Environment.TickCount64);
        return milliseconds < 0 ? left : Math.Min(milliseconds, left);
    }

    /// <summary>Looks at each, if it is time.</summary>
    public void Look()
    {
        if (_watched.Count == 0 || Environment.TickCount64 < _next) return;
        _next = Environment.TickCount64 + Interval;
        // Nobody is told in here, so none comes or goes.
        foreach (var transport in _watched) transport.LookForError();
    }
}
