// SPDX-License-Identifier: MIT
using System.Globalization;
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Handshake;

/// <summary>One opening handshake, sent in one write, and the whole of its answer.</summary>
internal static class Exchange
{
    /// <summary>The server must refuse with that status and end the connection in order.</summary>
    public static async Task<HandshakeAnswer> RefusedAsync(
        EchoServer server, HandshakeRequest request, string phase, params int[] statuses)
    {
        using var client = await RawClient.ConnectAsync(server, phase);
        await client.SendAsync(request.ToBytes());
        return await ReadRefusalAsync(client, request, statuses);
    }

    /// <summary>Reads a refusal that was asked for, and checks what each of them must have.</summary>
    public static async Task<HandshakeAnswer> ReadRefusalAsync(
        RawClient client, HandshakeRequest request, params int[] statuses)
    {
        var answer = await client.ReadAnswerAsync(request);
        if (!statuses.Contains(answer.Status))
            client.Fail($"expected {string.Join(" or ", statuses)}, got {answer}");
        client.Phase += $", after {answer.Status}";
        await client.ExpectEndAsync();

        Assert.Contains("close", answer.List("Connection"));
        Assert.NotNull(answer["Content-Length"]);
        Assert.True(
            DateTimeOffset.TryParseExact(answer["Date"], "r", CultureInfo.InvariantCulture, default, out var date),
            $"the Date of a refusal is not an IMF-fixdate: {answer}");

        // A day allows for a clock that stands in another zone, and still shows a date that is made up.
        Assert.InRange(date, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Assert.Null(answer["Sec-WebSocket-Accept"]);
        return answer;
    }

    /// <summary>The server must upgrade, and then echo.</summary>
    public static async Task<HandshakeAnswer> AcceptedAsync(EchoServer server, HandshakeRequest request, string phase)
    {
        using var client = await RawClient.ConnectAsync(server, phase);
        await client.SendAsync(request.ToBytes());
        var answer = await client.ExpectSwitchingProtocolsAsync(request);
        await client.SendAsync(Frame.Text("after the handshake"));
        await client.ExpectAsync(ServerEvent.Text("after the handshake"));
        await client.CloseAsync();
        return answer;
    }
}
