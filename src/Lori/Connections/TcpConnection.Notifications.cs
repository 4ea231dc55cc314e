// SPDX-License-Identifier: MIT
namespace Lori;

public sealed partial class TcpConnection
{
    private Notifications _pendingNotifications;
    private bool _notifyScheduled;
    private bool _actorKnowsThrottled;

    /// <summary>Names what the actor has yet to hear: it comes when its current callback has returned, never inside it.</summary>
    [Flags]
    private enum Notifications : byte
    {
        None = 0,
        Throttled = 1,
        Unthrottled = 2,
        Sent = 4,
        Parked = 8,
        PeerClosed = 16,
    }

    /// <summary>Gets whether the actor has yet to hear something.</summary>
    internal bool HasNotifications => _pendingNotifications != Notifications.None;

    /// <summary>Tells the actor what it has yet to hear. Between callbacks.</summary>
    internal void DeliverNotifications()
    {
        _notifyScheduled = false;
        var pending = _pendingNotifications;
        if (pending == Notifications.None) return;
        _pendingNotifications = Notifications.None;
        TellThrottling(pending);
        if ((pending & Notifications.Sent) != 0) TellSent();
        if (IsEnding) return;
        if ((pending & Notifications.Parked) != 0) DeliverParked();
        // Also when the end came while bytes were parked: it waited for them.
        if (_peerClosed && !IsEnding) TellPeerClosed();
    }

    /// <summary>Tells the actor of throttling now, between two of its messages, so that it can react to it.</summary>
    internal void DeliverThrottling()
    {
        const Notifications Throttling = Notifications.Throttled | Notifications.Unthrottled;
        var pending = _pendingNotifications & Throttling;
        if (pending == Notifications.None) return;
        _pendingNotifications &= ~Throttling;
        TellThrottling(pending);
    }

    private void Notify(Notifications what)
    {
        _pendingNotifications |= what;
        if (_notifyScheduled) return;
        _notifyScheduled = true;
        _loop.ScheduleNotification(this);
    }

    private void TellThrottling(Notifications pending)
    {
        // Both may be pending; which came first follows from what the actor heard last.
        for (var i = 0; i < 2; i++)
        {
            if (_actorKnowsThrottled && (pending & Notifications.Unthrottled) != 0)
            {
                pending &= ~Notifications.Unthrottled;
                _actorKnowsThrottled = false;
                Guard(static me => me._events.OnUnthrottled());
            }
            else if (!_actorKnowsThrottled && (pending & Notifications.Throttled) != 0)
            {
                pending &= ~Notifications.Throttled;
                _actorKnowsThrottled = true;
                Guard(static me => me._events.OnThrottled());
            }
        }
    }

    private void TellSent()
    {
        while (_tokens is { Count: > 0 } && _tokens.Peek().Position <= BytesSent)
        {
            try
            {
                _events.OnSent(_tokens.Dequeue().Token);
            }
            catch (Exception e)
            {
                OnBug(e);
            }
        }
    }

    private void TellPeerClosed()
    {
        // The actor may have bytes to take first; it hears of the end when it resumes.
        if (_paused || IsParkedDue || _peerClosedTold) return;
        _peerClosedTold = true;
        Guard(static me => me._events.OnPeerClosed());
    }
}
