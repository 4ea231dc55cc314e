// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Autobahn;

/// <summary>What Autobahn's groups 12 and 13 send: messages of a kind, a size and a fragmentation, several in a row.</summary>
internal static class CompressedEcho
{
    private const int KiB = 1024;

    // Autobahn sends a thousand: so many show a codec out of step, too, and none is timed.
    private const int Messages = 20;

    /// <summary>The eighteen sizes of every case, with the size of the fragments; 0 is none.</summary>
    public static readonly (int Size, int Fragment)[] Sizes =
    [
        (16, 0), (64, 0), (256, 0), (KiB, 0), (4 * KiB, 0), (8 * KiB, 0), (16 * KiB, 0), (32 * KiB, 0), (64 * KiB, 0), (128 * KiB, 0),
        (8 * KiB, 256), (16 * KiB, 256), (32 * KiB, 256), (64 * KiB, 256), (128 * KiB, 256), (128 * KiB, KiB), (128 * KiB, 4 * KiB),
        (128 * KiB, 32 * KiB),
    ];

    public static async Task RunAsync(EchoServer server, string offer, string answer, string kind, int size, int fragment)
    {
        var opcode = kind is "json" or "utf8" ? Opcodes.Text : Opcodes.Binary;
        using var client = await RawClient.OpenCompressedAsync(server, offer, answer, $"{kind} of {size} octets");
        for (var i = 0; i < Messages; i++)
        {
            var message = Message(kind, size, i);
            var sending = client.SendAsync([.. ClientDeflate.Frames(opcode, message, fragment)], default(Chops));
            await client.ExpectAsync(new ServerEvent(opcode, message));
            await sending;
        }
        if (kind != "noise" && size > 256)
            Assert.Equal(Messages, client.Deflate!.Inflated);
        await client.CloseAsync();
    }

    public static byte[] Message(string kind, int size, int seed)
    {
        var random = new Random(seed);
        var message = new byte[size];
        switch (kind)
        {
            case "noise":
                random.NextBytes(message);
                break;
            case "json":
                Fill(message, () => Encoding.ASCII.GetBytes($$"""{"id":{{random.Next()}},"name":"mare","tags":["a","b"]},"""));
                break;
            case "utf8":
                // Of three octets each, with blanks where none fits.
                Fill(message, () => Encoding.UTF8.GetBytes($"{(char)('一' + random.Next(200))}"));
                break;
            default:
                Fill(message, () => [(byte)random.Next(4), 0, 0xFF, 0]);
                break;
        }
        return message;
    }

    private static void Fill(Span<byte> message, Func<byte[]> next)
    {
        message.Fill((byte)' ');
        for (var part = next(); part.Length <= message.Length; part = next())
        {
            part.CopyTo(message);
            message = message[part.Length..];
        }
    }
}
