// SPDX-License-Identifier: MIT
using Xunit;

namespace Mare.Protocol.Tests.Handshake;

/// <summary>RFC 6455, sections 1.3 and 4.2.2, step 5: the answer to the key.</summary>
public sealed class AcceptKeyTests
{
    [Fact]
    public void AcceptKey_RfcExample_IsTheRfcAnswer() =>
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", OpeningHandshake.ComputeAcceptKey("dGhlIHNhbXBsZSBub25jZQ=="));

    [Fact]
    public void AcceptKey_RfcExampleRequest_IsTheRfcAnswer() =>
        Assert.Equal(UpgradeText.Accept, HandshakeFeeder.Request(UpgradeText.Request()).Validated!.AcceptKey);

    [Theory]
    [InlineData("")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ")]
    [InlineData("dGhlIHNhbXBsZSBub25jZR==")]
    public void AcceptKey_KeyIsNotSixteenBytes_Throws(string key) =>
        Assert.Throws<ArgumentException>(() => OpeningHandshake.ComputeAcceptKey(key));
}
