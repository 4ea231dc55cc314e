// SPDX-License-Identifier: MIT
using System.IO.Compression;

namespace Mare.Protocol.Tests.Deflate;

/// <summary>The other side's codec: .NET's own streams, on data of one message.</summary>
internal static class Peer
{
    public static byte[] Deflate(byte[] message)
    {
        using var deflated = new MemoryStream();
        using (var stream = new DeflateStream(deflated, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(message);
            stream.Flush();
            // RFC 7692 section 7.2.1: without the last four bytes.
            return deflated.ToArray()[..^4];
        }
    }

    public static byte[] Inflate(IEnumerable<byte[]> messages)
    {
        using var deflated = new MemoryStream([.. messages.SelectMany(message => message.Concat(new byte[] { 0, 0, 0xFF, 0xFF }))]);
        using var stream = new DeflateStream(deflated, CompressionMode.Decompress);
        using var inflated = new MemoryStream();
        stream.CopyTo(inflated);
        return inflated.ToArray();
    }
}
