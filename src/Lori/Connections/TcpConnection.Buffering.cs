// SPDX-License-Identifier: MIT
namespace Lori;

public sealed partial class TcpConnection
{
    // Far above any sensible piece; it keeps sums of lengths within an int.
    private const int LargestPiece = 1024 * 1024 * 1024;

    private int _bufferUntil; // 0: whatever comes
    private int _held; // what this connection has of the loop's allowance for pieces that have not arrived whole

    /// <summary>
    /// Gets the bytes that were received and not delivered yet: while reading is paused, or until there are as many as
    /// <see cref="BufferUntil"/> asks for. In OnPeerClosed, more than zero means that the peer ended within a piece. Loop only.
    /// </summary>
    public int BufferedBytes => _parkedLength;

    // Enough for the actor, now that it may be given something.
    private bool IsParkedDue => _parked is not null && _parkedLength >= _bufferUntil;

    /// <summary>
    /// Delivers received bytes in pieces of exactly this size from now on; may be called for each piece anew, from OnReceived,
    /// such as for a header of four bytes and then for a body of as many as that says. What is buffered already and suffices
    /// comes after the current callback. Loop only.
    /// </summary>
    /// <param name="bytes">
    /// The size of a piece, 1 to 1,073,741,824 bytes; null delivers whatever comes, as at the start. A number that came from
    /// the peer is to be checked first: it is what the peer may make this side hold.
    /// </param>
    /// <remarks>
    /// A piece that lies within what arrived is handed over where it stands; one that does not is put together in a pooled
    /// buffer that grows with what has arrived. All such buffers of a loop are bounded by
    /// <see cref="EventLoopOptions.MaxPartialBytes"/>; a connection that would exceed it is aborted. When the peer ends within
    /// a piece, OnPeerClosed comes without it; calling this with less, or null, there still gets it.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The caller is not on the connection's loop.</exception>
    public void BufferUntil(int? bytes)
    {
        _loop.ThrowIfNotCurrent();
        if (bytes is < 1 or > LargestPiece)
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "A piece must be of 1 to 1,073,741,824 bytes, or null for whatever comes.");
        _bufferUntil = bytes ?? 0;
        if (IsParkedDue && !_paused) Notify(Notifications.Parked);
    }

    /// <summary>Delivers the pieces in what came, for as long as the callee takes them, and keeps the rest.</summary>
    private void ReceivePieces(Span<byte> data)
    {
        while (!data.IsEmpty)
        {
            if (IsEnding)
            {
                Discard(data.Length);
                return;
            }

            // The callee paused, or gave something back that comes first.
            if (_paused || _parked is not null)
            {
                Park(data);
                return;
            }

            // Zero: the callee has just asked for whatever comes.
            var size = _bufferUntil == 0 ? data.Length : _bufferUntil;
            if (data.Length < size)
            {
                Hold(data);
                return;
            }

            var behind = data.Length - size;
            _undelivered += behind;
            Deliver(data[..size]);
            _undelivered -= behind;
            data = data[size..];
            // It may have sent more than the peer takes: it hears of that before the next piece.
            DeliverThrottling();
        }
    }

    /// <summary>Completes the piece that is parked; only what it lacks is copied.</summary>
    private void ReceiveBehindParked(Span<byte> data)
    {
        // Reading was resumed, and what is parked comes when the actor's current callback has returned.
        if (IsParkedDue)
        {
            Park(data);
            return;
        }

        var missing = _bufferUntil - _parkedLength;
        if (data.Length < missing)
        {
            Hold(data);
            return;
        }

        Park(data[..missing]);
        var piece = TakeParked();
        var behind = data.Length - missing;
        _undelivered += behind;
        Receive(piece);
        _undelivered -= behind;
        DoneWithParked();
        ReceivePieces(data[missing..]);
    }

    /// <summary>Parks the beginning of a piece, if the loop has room for it.</summary>
    private void Hold(ReadOnlySpan<byte> data)
    {
        if (_loop.TryHold(data.Length))
        {
            _held += data.Length;
            Park(data);
            return;
        }

        _loop.WarnOfHeldBytes();
        CloseTransport(CloseCause.Aborted, reset: true);
    }

    private void Unhold()
    {
        _loop.Unhold(_held);
        _held = 0;
    }

    /// <summary>Gets how large a buffer is best for so many bytes: twice the last one, but no larger than the piece.</summary>
    private int CapacityFor(int total) =>
        _parked is null ? total : (int)Math.Max(total, Math.Min(2L * _parked.Length, _bufferUntil));
}
