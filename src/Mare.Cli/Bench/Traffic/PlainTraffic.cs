// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Mare.Protocol;

namespace Mare.Cli.Bench.Traffic;

/// <summary>
/// Is binary messages of random bytes that begin with a stamp, the number of the message and of its source, as far as they are
/// long enough: no two that are under way are alike. What goes out and what must come back stand encoded, several in a row;
/// only stamps are put in, so that sending is a copy and checking a comparison.
/// </summary>
internal sealed class PlainTraffic : MessageTraffic
{
    // Messages are repeated up to about this many bytes: small enough for the caches, large enough for fast copies.
    private const int RunBytes = 4096;

    // 4 bytes of the message's number, 4 of its source's.
    private const int MaxStamp = 8;

    private readonly byte[] _sent;
    private readonly byte[] _expected;
    private readonly int _sentSize;
    private readonly int _expectedSize;
    private readonly int _size;
    private readonly int _repeats;
    private readonly int _stampSize;
    private readonly ulong _sentMask;
    private readonly ulong _expectedMask; // of a raw echo, which sends the masked frame back; else 0

    /// <param name="size">Payload bytes of a message.</param>
    /// <param name="webSocket">False for a raw echo, which carries as many bytes as the WebSocket does, and sends them all back.</param>
    public PlainTraffic(int size, bool webSocket)
    {
        var payload = RandomNumberGenerator.GetBytes(size);
        var key = Masking.NewKey();
        var masked = Frame(payload, key);
        var echoed = webSocket ? Frame(payload, null) : masked;
        _size = size;
        (_sentSize, _expectedSize) = (masked.Length, echoed.Length);
        _repeats = Math.Max(1, RunBytes / masked.Length);
        _stampSize = Math.Min(size, MaxStamp);
        _sentMask = BinaryPrimitives.ReadUInt64LittleEndian(MemoryMarshal.AsBytes<uint>(new[] { key, key }));
        _expectedMask = webSocket ? 0 : _sentMask;
        _sent = Repeat(masked, _repeats);
        _expected = Repeat(echoed, _repeats);
    }

    public override long MaxBytesOf(int messages) => (long)messages * _sentSize;

    public override ReadOnlySpan<byte> Encode(int source, long first, int count, out int encoded)
    {
        encoded = Math.Min(count, _repeats);
        Stamp(_sent, _sentSize, source, first, encoded, _sentMask);
        return _sent.AsSpan(0, encoded * _sentSize);
    }

    public override int TakeForeseen(Lane lane, ref Span<byte> data)
    {
        var completed = 0;
        var offset = lane.Offset;
        while (!data.IsEmpty)
        {
            var part = Math.Min(data.Length, (_repeats * _expectedSize) - offset);
            var touched = (offset + part + _expectedSize - 1) / _expectedSize;
            Stamp(_expected, _expectedSize, lane.Source, lane.Received + completed, touched, _expectedMask);
            var expected = _expected.AsSpan(offset, part);
            var right = data[..part].SequenceEqual(expected) ? part : expected.CommonPrefixLength(data);
            var whole = (offset + right) / _expectedSize;
            completed += whole;
            offset = offset + right - (whole * _expectedSize);
            data = data[right..];
            if (right < part) break;
        }

        lane.Offset = offset;
        return completed;
    }

    public override byte[] TakenOfNext(Lane lane)
    {
        Stamp(_expected, _expectedSize, lane.Source, lane.Received, 1, _expectedMask);
        return _expected.AsSpan(0, lane.Offset).ToArray();
    }

    public override string? Check(Lane lane, ReadOnlySpan<byte> payload)
    {
        Stamp(_expected, _expectedSize, lane.Source, lane.Received, 1, _expectedMask);
        var expected = _expected.AsSpan(_expectedSize - _size, _size);
        return payload.SequenceEqual(expected) ? null : Difference(lane, expected, payload);
    }

    private void Stamp(byte[] frames, int frameSize, int source, long first, int count, ulong mask)
    {
        var at = frameSize - _size;
        if (_stampSize < MaxStamp)
        {
            StampShort(frames, frameSize, source, first, count, mask);
            return;
        }

        for (var i = 0; i < count; i++, at += frameSize)
            BinaryPrimitives.WriteUInt64LittleEndian(frames.AsSpan(at), StampOf(source, first + i) ^ mask);
    }

    private void StampShort(byte[] frames, int frameSize, int source, long first, int count, ulong mask)
    {
        Span<byte> stamp = stackalloc byte[MaxStamp];
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(stamp, StampOf(source, first + i) ^ mask);
            stamp[.._stampSize].CopyTo(frames.AsSpan((i * frameSize) + frameSize - _size));
        }
    }

    private static ulong StampOf(int source, long number) => (uint)number | ((ulong)(uint)source << 32);

    private static byte[] Frame(byte[] payload, uint? key)
    {
        var frame = new byte[FrameWriter.HeaderSize(payload.Length, key is not null) + payload.Length];
        FrameWriter.WriteFrame(frame, Opcode.Binary, fin: true, payload, key);
        return frame;
    }

    private static byte[] Repeat(byte[] frame, int times)
    {
        var run = new byte[frame.Length * times];
        for (var i = 0; i < times; i++) frame.CopyTo(run, i * frame.Length);
        return run;
    }
}
