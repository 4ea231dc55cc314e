// SPDX-License-Identifier: MIT
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Autobahn;

/// <summary>Autobahn's group 10: a message that the sender cuts by a size that does not divide it.</summary>
public sealed class Group10AutoFragmentation(EchoServer server)
{
    [Fact(DisplayName = "Case_10_1_1: text of 65536 octets in fragments of 1300")]
    public async Task Text_InFragmentsOf1300_IsEchoed()
    {
        var payload = new byte[65536];
        payload.AsSpan().Fill((byte)'*');
        Frame[] frames = [.. Frame.Fragments(Opcodes.Text, payload, 1300)];

        // 50 full fragments and one of 536.
        Assert.Equal(51, frames.Length);
        Assert.Equal(536, frames[^1].Payload.Length);

        using var client = await RawClient.OpenAsync(server, "65536 octets in 51 fragments");
        await client.SendAsync(frames);
        await client.ExpectAsync(ServerEvent.Text(payload));
        await client.CloseAsync();
    }
}
