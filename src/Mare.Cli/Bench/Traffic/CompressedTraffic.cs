// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare.Cli.Bench.Traffic;

/// <summary>
/// Is text messages that look like JSON, compressed: some that differ, one after the other. Each was compressed once, by
/// itself, so it may be sent whatever context takeover was agreed on. What comes back is not foreseen: a server compresses as
/// it likes, so every message is inflated and compared.
/// </summary>
internal sealed class CompressedTraffic : MessageTraffic
{
    // As many as a server's window of 32 KiB cannot remember all of, at 1 KiB: its compressor finds texts alike, not the same.
    private const int Texts = 64;

    // zlib's own default, what a client would use.
    private const int Level = 6;

    private readonly byte[][] _payloads = new byte[Texts][];
    private readonly byte[][] _frames = new byte[Texts][];
    private readonly int _longest;

    public CompressedTraffic(int size, DeflateCodecs codecs)
    {
        using var deflate = new PerMessageDeflate(new DeflateAgreement { ClientNoContextTakeover = true }, Role.Client, codecs);
        for (var i = 0; i < Texts; i++)
        {
            _payloads[i] = JsonText.Make(i, size);
            _frames[i] = Frame(_payloads[i], deflate);
        }

        _longest = _frames.Max(static f => f.Length);
    }

    /// <summary>Makes the codecs of a load: for its own messages, and for what comes back.</summary>
    public static DeflateCodecs CreateCodecs() => new(DeflateProvider.Default, Level, System.Buffers.ArrayPool<byte>.Shared);

    public override long MaxBytesOf(int messages) => (long)messages * _longest;

    public override ReadOnlySpan<byte> Encode(int source, long first, int count, out int encoded)
    {
        encoded = 1;
        return _frames[IndexOf(source, first)];
    }

    public override string? Check(Lane lane, ReadOnlySpan<byte> payload)
    {
        var expected = _payloads[IndexOf(lane.Source, lane.Received)];
        return payload.SequenceEqual(expected) ? null : Difference(lane, expected, payload);
    }

    /// <summary>Has each source begin elsewhere, so that not all say the same at a time.</summary>
    private static int IndexOf(int source, long number) => (int)((source + number) % Texts);

    private static byte[] Frame(byte[] payload, PerMessageDeflate deflate)
    {
        var key = Masking.NewKey();
        var isSmaller = deflate.TryDeflate(payload, out var deflated);
        ReadOnlySpan<byte> body = isSmaller ? deflated : payload;
        var frame = new byte[FrameWriter.HeaderSize(body.Length, masked: true) + body.Length];
        var header = FrameWriter.WriteHeader(frame, Opcode.Text, fin: true, body.Length, key, rsv1: isSmaller);
        Masking.Copy(body, frame.AsSpan(header), key, 0);
        return frame;
    }
}
