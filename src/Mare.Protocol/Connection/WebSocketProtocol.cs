// SPDX-License-Identifier: MIT
using System.Buffers;

namespace Mare.Protocol;

/// <summary>
/// Turns one connection's bytes into events and writes its closing frames, for either role, without doing any I/O.
/// </summary>
/// <remarks>
/// Idle, it holds no buffer. Not thread-safe: one caller at a time. What a peer sends never throws; steps that the
/// caller takes out of order throw <see cref="InvalidOperationException"/>. RFC 6455 sections 5 to 8.
/// </remarks>
public sealed partial class WebSocketProtocol : IDisposable
{
    private readonly MessageLimits _limits;
    private readonly ArrayPool<byte> _pool;
    private readonly PartialMessageBudget _budget;
    private PartialInput? _partial;
    private PerMessageDeflate? _deflate;
    private ConnectionState _state;
    private readonly Role _role;
    private CloseStatus _receivedStatus = CloseStatus.AbnormalClosure;

    /// <summary>Makes the protocol side of one connection.</summary>
    /// <param name="role">Which end this is.</param>
    /// <param name="limits">What bounds the peer's messages.</param>
    /// <param name="pool">Where buffers for messages under way come from; each goes back to it.</param>
    /// <param name="budget">What bounds the messages under way of all connections of a loop; null for no bound.</param>
    /// <param name="state"><see cref="ProtocolState.Handshaking"/> (default), or <see cref="ProtocolState.Open"/> for a
    /// connection that was upgraded elsewhere.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="state"/> is no state to begin in.</exception>
    public WebSocketProtocol(
        Role role,
        MessageLimits limits,
        ArrayPool<byte> pool,
        PartialMessageBudget? budget,
        ProtocolState state = ProtocolState.Handshaking)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(pool);
        if (state > ProtocolState.Open)
            throw new ArgumentOutOfRangeException(nameof(state), state, "A connection begins Handshaking or Open.");
        _role = role;
        _limits = limits;
        _pool = pool;
        _budget = budget ?? new PartialMessageBudget(long.MaxValue);
        _state = new ConnectionState(state);
    }

    /// <summary>Gets where in its life the connection is.</summary>
    public ProtocolState State => _state.Current;

    /// <summary>Tells whether messages, pings and pongs may be sent: true from the handshake's end until a close frame
    /// goes out or comes in, or the input fails. RFC 6455 section 5.5.1.</summary>
    public bool CanSend => _state.Current == ProtocolState.Open;

    /// <summary>Tells whether this side wrote its close frame.</summary>
    public bool CloseSent => _state.CloseSent;

    /// <summary>Tells whether the peer's close frame came.</summary>
    public bool CloseReceived => _state.CloseReceived;

    /// <summary>Gets what the peer's close frame said, or <see cref="CloseStatus.AbnormalClosure"/> while none came.
    /// RFC 6455 section 7.1.5.</summary>
    public CloseStatus ReceivedStatus => _receivedStatus;

    /// <summary>Tells whether the next byte begins a frame, and no message is under way. Once <see cref="TryRead"/> has
    /// answered false.</summary>
    public bool IsBetweenMessages => _partial is null;

    /// <summary>Notes that the opening handshake is done: frames follow.</summary>
    /// <exception cref="InvalidOperationException">It was done before.</exception>
    public void HandshakeCompleted() => _state.CompleteHandshake();

    /// <summary>Notes that the opening handshake is done and agreed on permessage-deflate: RSV1 has its meaning.</summary>
    /// <param name="deflate">The extension, from now on also of this object: <see cref="Dispose"/> disposes of it.</param>
    /// <exception cref="InvalidOperationException">The handshake was done before.</exception>
    public void HandshakeCompleted(PerMessageDeflate deflate)
    {
        ArgumentNullException.ThrowIfNull(deflate);
        _state.CompleteHandshake();
        _deflate = deflate;
    }

    /// <summary>Notes that the opening handshake failed: there will be no frames.</summary>
    /// <exception cref="InvalidOperationException">It was completed before.</exception>
    public void HandshakeFailed() => _state.FailHandshake();

    /// <summary>Notes that the transport is gone, in whatever state.</summary>
    public void TransportEnded() => _state.End();

    /// <summary>Gives back what the connection still holds; payload handed out before is no longer valid.</summary>
    public void Dispose()
    {
        _state.End();
        ReleasePartial();
        _deflate?.Dispose();
    }
}
