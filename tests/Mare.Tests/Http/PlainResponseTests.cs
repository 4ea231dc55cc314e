// SPDX-License-Identifier: MIT
namespace Mare.Tests.Http;

/// <summary>What a handler may answer; its mistakes throw where they are made.</summary>
public sealed class PlainResponseTests
{
    [Theory]
    [InlineData(199)]
    [InlineData(101)]
    [InlineData(600)]
    public void Status_OutOfItsRange_Throws(int status) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlainResponse(status));

    [Theory]
    [InlineData(204)]
    [InlineData(205)]
    [InlineData(304)]
    public void Status_WithoutBody_ThrowsForOne(int status) =>
        Assert.Throws<ArgumentException>(() => new PlainResponse(status, new byte[1]));

    [Theory]
    [InlineData("X-A", "a\r\nb")]
    [InlineData("X-A", "a\nb")]
    [InlineData("X-A", "\u20ac")]
    [InlineData("X A", "b")]
    [InlineData("", "b")]
    [InlineData("Connection", "close")]
    [InlineData("Content-Length", "1")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("content-type", "text/plain")]
    [InlineData("Date", "today")]
    [InlineData("Upgrade", "b")]
    public void Header_ThatMayNotBeSent_Throws(string name, string value) =>
        Assert.Throws<ArgumentException>(() => new PlainResponse(200, headers: [new(name, value)]));

    [Fact]
    public void ContentType_WithALineEnd_Throws() =>
        Assert.Throws<ArgumentException>(() => new PlainResponse(200, contentType: "text/plain\r\nX: 1"));

    [Fact]
    public void Headers_ChangedAfterwards_AreSentAsGiven()
    {
        var headers = new List<KeyValuePair<string, string>> { new("X-A", "1") };
        var response = new PlainResponse(200, headers: headers);
        headers[0] = new("X-A", "evil\r\n");
        using var server = Answers.Serve(_ => response);
        Assert.Equal("1", server.Request(Requests.Get()).ReadPlain()["X-A"]);
    }

    [Fact]
    public void Text_IsUtf8()
    {
        var response = PlainResponse.Text("grüß", 503, "text/html");
        Assert.Equal((503, 6, "text/html"), (response.Status, response.Body.Length, response.ContentType));
    }
}
