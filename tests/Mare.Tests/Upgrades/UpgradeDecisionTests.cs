// SPDX-License-Identifier: MIT
namespace Mare.Tests.Upgrades;

/// <summary>What an application may answer; its mistakes throw where they are made.</summary>
public sealed class UpgradeDecisionTests
{
    [Theory]
    [InlineData(200)]
    [InlineData(299)]
    [InlineData(304)]
    [InlineData(600)]
    [InlineData(-1)]
    public void Reject_StatusThatRefusesNothing_Throws(int status) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => UpgradeDecision.Reject(status));

    [Theory]
    [InlineData("X-A", "a\r\nb")]
    [InlineData("X-A", "a\nb")]
    [InlineData("X A", "b")]
    [InlineData("", "b")]
    [InlineData("Upgrade", "b")]
    [InlineData("connection", "b")]
    [InlineData("Sec-WebSocket-Accept", "b")]
    [InlineData("sec-websocket-protocol", "b")]
    [InlineData("Content-Length", "1")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Date", "today")]
    public void Headers_ThatMayNotBeSent_Throw(string name, string value)
    {
        Assert.Throws<ArgumentException>(() => UpgradeDecision.Accept(headers: [new(name, value)]));
        Assert.Throws<ArgumentException>(() => UpgradeDecision.Reject(400, headers: [new(name, value)]));
    }

    [Fact]
    public void Decision_FromBoolean_AcceptsOrNot()
    {
        UpgradeDecision yes = true;
        UpgradeDecision no = false;
        Assert.True(yes.IsAccepted);
        Assert.False(no.IsAccepted);
        Assert.True(UpgradeDecision.Accept().IsAccepted);
        Assert.False(UpgradeDecision.Reject(503).IsAccepted);
    }

    [Fact]
    public void Headers_ChangedAfterwards_AreSentAsGiven()
    {
        var headers = new List<KeyValuePair<string, string>> { new("X-A", "1") };
        var decision = UpgradeDecision.Accept(headers: headers);
        headers[0] = new("X-A", "evil\r\n");
        using var server = new MemoryServer(a => a.Decide = _ => decision);
        Assert.Equal("1", server.Request(Requests.Upgrade()).ReadAnswer()["X-A"]);
    }
}
