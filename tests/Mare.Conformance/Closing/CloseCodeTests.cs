// SPDX-License-Identifier: MIT
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Closing;

/// <summary>RFC 6455 7.4, beyond Autobahn: the registered codes that came later, and each end of the private
/// ranges.</summary>
public sealed class CloseCodeTests(EchoServer server)
{
    [Theory]
    [InlineData(1012)]
    [InlineData(1013)]
    [InlineData(1014)]
    [InlineData(3001)]
    [InlineData(4998)]
    public async Task Close_WithLegalCode_IsEchoedWithTheSameCode(int code)
    {
        using var client = await RawClient.OpenAsync(server, $"close {code}");
        await client.SendAsync(Frame.Close(code, "the reason"));
        await client.ExpectCloseAsync(code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1015)]
    [InlineData(1017)]
    [InlineData(5001)]
    [InlineData(32768)]
    public async Task Close_WithIllegalCode_FailsWith1002(int code)
    {
        using var client = await RawClient.OpenAsync(server, $"close {code}");
        await client.SendAsync(Frame.Close(code, "the reason"));
        await client.ExpectCloseAsync(1002);
    }

    /// <summary>A reason cut inside a code point, as a client makes that counts octets (RFC 6455 5.5.1).</summary>
    [Theory]
    [InlineData("03E8C3")]
    [InlineData("03E880")]
    [InlineData("03E8C080")]
    [InlineData("03E8EDA080")]
    public async Task Close_WithReasonThatIsNotUtf8_FailsWith1007(string payload)
    {
        using var client = await RawClient.OpenAsync(server, $"close payload {payload}");
        await client.SendAsync(Frame.ClosePayload(Convert.FromHexString(payload)));
        await client.ExpectCloseAsync(1002, 1007);
    }

    [Theory]
    [InlineData("03")]
    [InlineData("00")]
    [InlineData("FF")]
    public async Task Close_OfOneOctet_FailsWith1002(string payload)
    {
        using var client = await RawClient.OpenAsync(server, $"close payload {payload}");
        await client.SendAsync(Frame.ClosePayload(Convert.FromHexString(payload)));
        await client.ExpectCloseAsync(1002);
    }
}
