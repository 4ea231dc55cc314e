// SPDX-License-Identifier: MIT
using System.IO.Compression;

namespace Mare.Conformance.Wire;

/// <summary>This client's side of permessage-deflate (RFC 7692 7.2), by .NET's DeflateStream: it shares no code with the
/// library. Each message that it sends stands for itself; what it receives may refer to what came before, unless the
/// server agreed not to.</summary>
internal sealed class ClientDeflate(bool serverForgets) : IDisposable
{
    private static readonly byte[] Tail = [0x00, 0x00, 0xFF, 0xFF];

    private readonly MemoryStream _source = new();
    private DeflateStream? _inflater;

    /// <summary>How many compressed messages came.</summary>
    public int Inflated { get; private set; }

    public static byte[] Deflate(byte[] message)
    {
        if (message.Length == 0)
            return [0x00]; // 7.2.3.6
        using var deflated = new MemoryStream();
        using var stream = new DeflateStream(deflated, CompressionLevel.Optimal);
        stream.Write(message);
        stream.Flush();
        return deflated.ToArray()[..^Tail.Length];
    }

    /// <summary>Cuts a compressed message into frames, of which the first says that it is one.</summary>
    public static IEnumerable<Frame> Frames(byte opcode, byte[] message, int fragment = 0)
    {
        var deflated = Deflate(message);
        return Frame.Fragments(opcode, deflated, fragment == 0 ? deflated.Length : fragment)
            .Select((frame, i) => i == 0 ? frame with { Rsv = 4 } : frame);
    }

    public byte[] Inflate(byte[] payload)
    {
        Inflated++;
        if (serverForgets || _inflater is null)
        {
            _inflater?.Dispose();
            _inflater = new DeflateStream(_source, System.IO.Compression.CompressionMode.Decompress, leaveOpen: true);
        }
        _source.SetLength(0);
        _source.Write(payload);
        _source.Write(Tail);
        _source.Position = 0;
        using var inflated = new MemoryStream();
        _inflater.CopyTo(inflated);
        return inflated.ToArray();
    }

    public void Dispose()
    {
        _inflater?.Dispose();
        _source.Dispose();
    }
}
