// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lori;

public sealed partial class TcpConnection
{
    private byte[]? _parked;
    private int _parkedStart;
    private int _parkedLength;
    private byte[]? _delivering; // what was parked, while the callee has it
    private int _deliveringEnd;

    /// <summary>Keeps received bytes that the callee cannot take now, until reading is resumed. Within OnReceived.</summary>
    internal void Park(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return;
        if (_parked is null && IsLargeEndOfDelivered(data))
        {
            // It stays where it is: whoever takes a little of much at a time would else have the rest copied each time.
            (_parked, _parkedStart, _parkedLength) = (_delivering, _deliveringEnd - data.Length, data.Length);
            return;
        }

        var total = _parkedLength + data.Length;
        if (_parked is null || _parked.Length < _parkedStart + total)
        {
            var larger = _loop.Buffers.Rent(CapacityFor(total));
            if (_parked is not null)
            {
                _parked.AsSpan(_parkedStart, _parkedLength).CopyTo(larger);
                ReturnParked(_parked);
            }

            (_parked, _parkedStart) = (larger, 0);
        }

        data.CopyTo(_parked.AsSpan(_parkedStart + _parkedLength));
        _parkedLength = total;
    }

    /// <summary>
    /// Gives back received bytes: they come again, ahead of what is parked, between callbacks and once reading is not paused.
    /// </summary>
    internal void Unreceive(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty || IsEnding) return;
        var (later, start, length) = (_parked, _parkedStart, _parkedLength);
        _parked = null;
        _parkedLength = 0;
        Park(data);
        if (later is not null)
        {
            Park(later.AsSpan(start, length));
            ReturnParked(later);
        }

        Notify(Notifications.Parked);
    }

    private void DeliverParked()
    {
        if (_paused) return;
        if (_parked is not null)
        {
            var data = TakeParked();
            Receive(data);
            DoneWithParked();
        }

        if (!_paused && !_peerClosed && !IsEnding) _transport.StartReceive();
    }

    /// <summary>Takes what is parked, to be delivered now; <see cref="DoneWithParked"/> after that.</summary>
    private Span<byte> TakeParked()
    {
        var (parked, start, length) = (_parked!, _parkedStart, _parkedLength);
        _parked = null;
        _parkedLength = 0;
        Unhold();
        (_delivering, _deliveringEnd) = (parked, start + length);
        return parked.AsSpan(start, length);
    }

    private void DoneWithParked()
    {
        var delivered = _delivering!;
        _delivering = null;
        if (!ReferenceEquals(delivered, _parked)) _loop.Buffers.Return(delivered);
    }

    /// <summary>Gives a buffer back, unless it is being delivered: then that is done later.</summary>
    private void ReturnParked(byte[] buffer)
    {
        if (!ReferenceEquals(buffer, _delivering)) _loop.Buffers.Return(buffer);
    }

    /// <summary>
    /// Tells whether the bytes are the last of those that are being delivered from where they were parked, and enough of them
    /// that they may keep that buffer.
    /// </summary>
    private bool IsLargeEndOfDelivered(ReadOnlySpan<byte> data) =>
        _delivering is not null && data.Length >= _delivering.Length / 4 && data.Length <= _deliveringEnd &&
        Unsafe.AreSame(ref MemoryMarshal.GetReference(data), ref _delivering[_deliveringEnd - data.Length]);

    private void ReleaseParked()
    {
        if (_parked is null) return;
        ReturnParked(_parked);
        (_parked, _parkedLength) = (null, 0);
        Unhold();
    }
}
