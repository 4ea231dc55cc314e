// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Handshake;

/// <summary>Heads that are too long. Mare's default limit is 8 KiB; the limit is met while reading, and the answer
/// arrives although more was sent.</summary>
public sealed class HeadLimitTests(EchoServer server)
{
    [Theory]
    [InlineData(16 * 1024)]
    [InlineData(128 * 1024)]
    public async Task Head_TooLong_Is431(int octets)
    {
        EchoServer.RequireMare();
        var line = "X-Padding: " + new string('p', 400);
        var request = HandshakeRequest.For(server).Add([.. Enumerable.Repeat(line, octets / line.Length)]);
        await Exchange.RefusedAsync(server, request, $"head of {octets} octets", 431);
    }

    [Fact]
    public async Task Field_TooLong_Is431()
    {
        EchoServer.RequireMare();
        var request = HandshakeRequest.For(server).Add("X-Padding: " + new string('p', 16 * 1024));
        await Exchange.RefusedAsync(server, request, "field of 16 KiB", 431);
    }

    [Fact]
    public async Task Target_TooLong_Is414()
    {
        EchoServer.RequireMare();
        var request = HandshakeRequest.For(server).RequestLine($"GET /{new string('t', 16 * 1024)} HTTP/1.1");
        await Exchange.RefusedAsync(server, request, "target of 16 KiB", 414);
    }

    /// <summary>A head without end: neither a line end nor an empty line ever comes, and the answer does.</summary>
    [Theory]
    [InlineData("GET /", 414)]
    [InlineData("GET / HTTP/1.1\r\nHost: a.example\r\nX-Padding: ", 431)]
    public async Task Head_WithoutEnd_IsRefusedAtTheLimit(string start, int status)
    {
        EchoServer.RequireMare();
        using var client = await RawClient.ConnectAsync(server, $"endless head after {start.Length} octets");
        await client.SendAsync(Encoding.ASCII.GetBytes(start + new string('e', 16 * 1024)));
        await Exchange.ReadRefusalAsync(client, HandshakeRequest.For(server), status);
    }

    [Fact]
    public Task Head_BelowTheLimit_IsUpgraded()
    {
        // Half of the limit, as cookies of a real site reach.
        var request = HandshakeRequest.For(server).Add("Cookie: session=" + new string('c', 4 * 1024));
        return Exchange.AcceptedAsync(server, request, "head of 4 KiB");
    }
}
