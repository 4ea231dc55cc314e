// SPDX-License-Identifier: MIT
namespace Lori.Tls;

/// <summary>
/// Is what a connection has besides its session while its handshake is under way: the time it takes, and, where a listener began
/// it, a place among those that may be given up for others. Loop only. Why: <c>docs/decisions/0011-stalled-handshakes.md</c>.
/// </summary>
internal sealed class TlsHandshake
{
    // The hello comes right behind TCP's handshake, in the same flight as its last packet, however far away the client is. One
    // that has not come by now was lost on the way, or is not meant to come.
    private static readonly TimeSpan HelloPatience = TimeSpan.FromMilliseconds(100);

    // With what follows the hello it is a round trip or two more, of 600 ms over a satellite; a lost packet costs a second.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly TlsTransport _transport;
    private readonly TlsStart _start;
    private readonly TlsAcceptor? _acceptor; // where it may be given up
    private readonly LoopTimer _timer;
    private readonly long _began;
    private bool _isHeard; // the client's hello has come, whole

    /// <param name="transport">Whose it is.</param>
    /// <param name="loop">The connection's loop.</param>
    /// <param name="start">What TLS is spoken with.</param>
    /// <param name="mayBeGivenUp">Whether it may be given up for another's: a listener's may.</param>
    public TlsHandshake(TlsTransport transport, EventLoop loop, TlsStart start, bool mayBeGivenUp)
    {
        _transport = transport;
        _start = start;
        _acceptor = mayBeGivenUp ? start.Acceptor : null;
        Loop = loop;
        _began = loop.Now;
        _timer = loop.CreateTimer(static me => me.OnTimer(), this);
        _timer.Restart(NextAge(TimeSpan.Zero));
    }

    /// <summary>Gets the connection's loop. Any thread.</summary>
    public EventLoop Loop { get; }

    /// <summary>Gets or sets its place among the stalled; null when it has none. See <see cref="StalledHandshakes"/>.</summary>
    public LinkedListNode<TlsHandshake>? Place { get; set; }

    private TimeSpan Age => Loop.FromTicks(Loop.Now - _began);

    /// <summary>Hears that this side answers, at each answer: a server does so once it has the whole hello.</summary>
    public void OnAnswering()
    {
        if (_isHeard) return;
        _isHeard = true;
        _acceptor?.HandshakeMoved(this);
        // Who says hello late gets no more time for the rest, or it could be had by waiting.
        if (Age >= Patience) _acceptor?.HandshakeStalled(this);
    }

    /// <summary>Ends it, in whichever way. Once.</summary>
    public void End(bool succeeded)
    {
        _timer.Cancel();
        _acceptor?.HandshakeMoved(this);
        _start.Acceptor?.HandshakeEnded(succeeded);
    }

    /// <summary>Gives it up, unless it has ended, or the hello has come, since its acceptor chose it.</summary>
    public void GiveUp()
    {
        if (Place is not null && _transport.TryGiveUp()) _acceptor!.CountDropped();
        _acceptor!.HandshakeLeft();
    }

    private void OnTimer()
    {
        var age = Age;
        if (age >= _start.Timeout)
        {
            _transport.OnHandshakeTooLong();
            return;
        }

        _timer.Restart(NextAge(age) - age);
        if (!_isHeard || age >= Patience) _acceptor?.HandshakeStalled(this);
    }

    /// <summary>Gets the age at which something is due.</summary>
    private TimeSpan NextAge(TimeSpan age)
    {
        var next = age < HelloPatience ? HelloPatience : Patience;
        return _acceptor is null || age >= next || next > _start.Timeout ? _start.Timeout : next;
    }
}
