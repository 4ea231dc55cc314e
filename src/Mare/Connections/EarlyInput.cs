// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>
/// Keeps what a client sends before its request is answered (frames, or the next requests), within the bounds of read-ahead.
/// Loop only.
/// </summary>
internal sealed class EarlyInput(WebSocketConnection connection)
{
    private byte[]? _bytes;
    private int _length;

    public void Keep(ReadOnlySpan<byte> data)
    {
        var tcp = connection.Tcp;
        var total = _length + data.Length;
        if (total > WebSocketConnection.MaxReadAhead) tcp.PauseReading();
        if (data.IsEmpty) return;
        if (_bytes is null || _bytes.Length < total)
        {
            var larger = tcp.Loop.Buffers.Rent(total);
            _bytes.AsSpan(0, _length).CopyTo(larger);
            if (_bytes is not null) tcp.Loop.Buffers.Return(_bytes);
            _bytes = larger;
        }

        data.CopyTo(_bytes.AsSpan(_length));
        _length = total;
    }

    /// <summary>Has it received again, after the current callback.</summary>
    public void GiveBack()
    {
        if (_bytes is null) return;
        connection.Tcp.Unreceive(_bytes.AsSpan(0, _length));
        Release();
        // There may have been so much of it that reading stopped.
        connection.UpdateReading();
    }

    public void Release()
    {
        if (_bytes is null) return;
        connection.Tcp.Loop.Buffers.Return(_bytes);
        (_bytes, _length) = (null, 0);
    }
}
