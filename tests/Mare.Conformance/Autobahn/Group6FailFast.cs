// SPDX-License-Identifier: MIT
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Autobahn;

/// <summary>Autobahn's group 6.4, strictly: text fails at the first octet that no continuation can make valid, before
/// its frame or message is complete. The rest is never sent, so a server that waits for it runs into the deadline.
/// </summary>
public sealed class Group6FailFast(EchoServer server)
{
    // U+110000 as a four-octet sequence: impossible at its second octet, the 13th of the message.
    private static readonly byte[] Start = Convert.FromHexString(Utf8Sequences.Kosme);
    private static readonly byte[] Middle = [0xF4, 0x90, 0x80, 0x80];
    private static readonly byte[] Rest = [.. "edited"u8];
    private static readonly byte[] Whole = [.. Start, .. Middle, .. Rest];

    public static IEnumerable<TheoryDataRow<string>> Invalid =>
        from sequence in Utf8Sequences.All
        where !sequence.IsValid && sequence.ImpossibleAfter is not null
        select new TheoryDataRow<string>(sequence.Id)
        {
            Label =
                $"Case_{sequence.Id.Replace('.', '_')}_fast: {sequence.Description} "
                + $"{Convert.ToHexString(sequence.Octets)}, refused after {sequence.ImpossibleAfter} octets",
        };

    [Theory]
    [InlineData(11, 15, Label = "Case_6_4_1: the second of three fragments has the invalid sequence")]
    [InlineData(12, 13, Label = "Case_6_4_2: the second of three fragments ends at the impossible octet")]
    public async Task Fragment_WithImpossibleOctet_FailsBeforeTheLastFragment(int cut, int end)
    {
        using var client = await RawClient.OpenAsync(server, "first fragment, valid so far");
        await client.SendAsync(Frame.Text(Whole.AsMemory(0, cut), fin: false), Frame.Ping("accepted so far"));
        await client.ExpectAsync(ServerEvent.Pong("accepted so far"));

        client.Phase = "second fragment, which makes the text impossible";
        await client.SendAsync(Frame.Continuation(Whole.AsMemory(cut, end - cut), fin: false));
        await client.ExpectCloseAsync(1007);
    }

    [Theory]
    [InlineData(11, 15, Label = "Case_6_4_3: the second of three chops has the invalid sequence")]
    [InlineData(12, 13, Label = "Case_6_4_4: the second of three chops ends at the impossible octet")]
    public async Task Chop_WithImpossibleOctet_FailsBeforeTheFrameEnds(int cut, int end)
    {
        var frame = Frame.Text(Whole).ToBytes();
        var header = frame.Length - Whole.Length;
        using var client = await RawClient.OpenAsync(server, "first chop, valid so far");
        await client.SendAsync(Frame.Ping("before the frame").ToBytes().Concat(frame[..(header + cut)]).ToArray());
        await client.ExpectAsync(ServerEvent.Pong("before the frame"));
        Assert.True(client.IsQuiet, "the valid start of the text was refused");

        client.Phase = "second chop, which makes the text impossible";
        await client.SendAsync(frame.AsMemory(header + cut, end - cut));
        await client.ExpectCloseAsync(1007);
    }

    [Theory, MemberData(nameof(Invalid))]
    public async Task Sequence_AtItsFirstImpossibleOctet_FailsInsideTheFrame(string id)
    {
        var sequence = Utf8Sequences.All.Single(s => s.Id == id);
        var frame = Frame.Text((byte[])[.. Start, .. sequence.Octets, .. Rest]).ToBytes();
        var rest = sequence.Octets.Length - sequence.ImpossibleAfter!.Value + Rest.Length;
        using var client = await RawClient.OpenAsync(server, $"text up to the impossible octet of {id}");
        await client.SendAsync(frame.AsMemory(0, frame.Length - rest));
        await client.ExpectCloseAsync(1007);
    }
}
