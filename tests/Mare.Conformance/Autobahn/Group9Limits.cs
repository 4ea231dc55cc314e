// SPDX-License-Identifier: MIT
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Autobahn;

/// <summary>Autobahn's group 9: large messages, many fragments, many small writes, and many round trips. Nothing is
/// timed; unlike Autobahn, every octet of the echo is compared.</summary>
public sealed class Group9Limits(EchoServer server)
{
    private const int KiB = 1024;
    private const int MiB = 1024 * 1024;

    // Autobahn's patterns. Neither divides a power of two, so an octet out of place shows.
    private static readonly byte[] TextPattern = [.. "BAsd7&jh23"u8];
    private static readonly byte[] BinaryPattern = [0x00, 0xFE, 0x23, 0xFA, 0xF0];

    // 9.1, 9.3 and 9.5 are text; 9.2, 9.4 and 9.6 are the same in binary.
    public static IEnumerable<TheoryDataRow<byte, int, int, int>> Messages =>
        ((byte[])[Opcodes.Text, Opcodes.Binary]).SelectMany(
            IEnumerable<TheoryDataRow<byte, int, int, int>> (kind) =>
            [
                .. Numbered($"9_{kind}", kind, [64 * KiB, 256 * KiB, MiB, 4 * MiB, 8 * MiB, 16 * MiB],
                    size => (size, 0, 0)),
                .. Numbered($"9_{2 + kind}", kind,
                    [64, 256, KiB, 4 * KiB, 16 * KiB, 64 * KiB, 256 * KiB, MiB, 4 * MiB],
                    fragment => (4 * MiB, fragment, 0)),
                .. Numbered($"9_{4 + kind}", kind, [64, 128, 256, 512, KiB, 2 * KiB], chop => (MiB, 0, chop)),
            ]);

    public static IEnumerable<TheoryDataRow<byte, int>> RoundTrips =>
        from kind in (byte[])[Opcodes.Text, Opcodes.Binary]
        from row in ((int[])[0, 16, 64, 256, KiB, 4 * KiB]).Select((size, i) => new TheoryDataRow<byte, int>(kind, size)
        {
            Label = $"Case_9_{6 + kind}_{i + 1}: 1000 round trips of {Name(kind)}, {size} octets each",
        })
        select row;

    [Theory, MemberData(nameof(Messages))]
    public async Task Message_OfManyOctets_IsEchoed(byte opcode, int size, int fragment, int chop)
    {
        var payload = Payload(opcode, size);
        Frame[] frames = fragment == 0
            ? [new Frame(opcode, payload)]
            : [.. Frame.Fragments(opcode, payload, fragment)];
        using var client = await RawClient.OpenAsync(server, $"{Name(opcode)} of {size} octets");
        var sending = client.SendAsync(frames, new Chops(chop));
        await client.ExpectAsync(new ServerEvent(opcode, payload));
        await sending;
        await client.CloseAsync();
    }

    [Theory, MemberData(nameof(RoundTrips))]
    public async Task Messages_OneAfterTheOther_AreEachEchoed(byte opcode, int size)
    {
        const int Count = 1000;
        var payload = Payload(opcode, size);
        var frame = new Frame(opcode, payload).ToBytes();
        var echo = new ServerEvent(opcode, payload);
        using var client = await RawClient.OpenAsync(server, $"{Count} of {size} octets");
        for (var i = 0; i < Count; i++)
        {
            await client.SendAsync(frame);
            await client.ExpectAsync(echo);
        }
        await client.CloseAsync();
    }

    private static IEnumerable<TheoryDataRow<byte, int, int, int>> Numbered(
        string group, byte kind, int[] sizes, Func<int, (int Size, int Fragment, int Chop)> row) =>
        sizes.Select((value, i) =>
        {
            var (size, fragment, chop) = row(value);
            var cut = fragment > 0 ? $" in fragments of {fragment}" : chop > 0 ? $" in chops of {chop}" : "";
            return new TheoryDataRow<byte, int, int, int>(kind, size, fragment, chop)
            {
                Label = $"Case_{group}_{i + 1}: {Name(kind)} of {size} octets{cut}",
            };
        });

    private static byte[] Payload(byte opcode, int size)
    {
        var pattern = opcode == Opcodes.Text ? TextPattern : BinaryPattern;
        var payload = new byte[size];
        for (var i = 0; i < size; i++)
            payload[i] = pattern[i % pattern.Length];
        return payload;
    }

    private static string Name(byte opcode) => opcode == Opcodes.Text ? "text" : "binary";
}
