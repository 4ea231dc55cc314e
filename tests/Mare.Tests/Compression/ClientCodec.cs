// SPDX-License-Identifier: MIT
using System.IO.Compression;
using System.Text;
using Mare.Protocol;

namespace Mare.Tests.Compression;

/// <summary>Is a client's side of permessage-deflate, with .NET's own streams; its inflater remembers what came.</summary>
internal sealed class ClientCodec
{
    private readonly List<byte> _received = [];
    private int _inflated;

    /// <summary>A text message that stands for itself, in one frame.</summary>
    public static byte[] Text(string text) => Message(Opcode.Text, Encoding.UTF8.GetBytes(text));

    public static byte[] Message(Opcode opcode, byte[] message)
    {
        using var deflated = new MemoryStream();
        using (var stream = new DeflateStream(deflated, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(message);
            stream.Flush();
            return Frame(opcode, deflated.ToArray()[..^4]);
        }
    }

    /// <summary>A frame of any payload, with RSV1.</summary>
    public static byte[] Frame(Opcode opcode, byte[] payload, bool fin = true)
    {
        var frame = ClientFrames.Frame(opcode, payload, fin);
        frame[0] |= 0x40;
        return frame;
    }

    /// <summary>Inflates a message that may refer to those before it.</summary>
    public string Inflate(ServerFrame frame)
    {
        Assert.True(frame.Compressed, "The frame is not compressed.");
        _received.AddRange([.. frame.Payload, 0, 0, 0xFF, 0xFF]);
        using var source = new MemoryStream([.. _received]);
        using var stream = new DeflateStream(source, System.IO.Compression.CompressionMode.Decompress);
        using var all = new MemoryStream();
        stream.CopyTo(all);
        var text = Encoding.UTF8.GetString(all.ToArray().AsSpan(_inflated));
        _inflated = (int)all.Length;
        return text;
    }
}
