// SPDX-License-Identifier: MIT
namespace Mare.Tests.Http;

/// <summary>If-None-Match: who has the present version gets 304. RFC 9110, section 13.1.2.</summary>
public sealed class ConditionalTests
{
    [Theory]
    [InlineData("\"a,b\"", true)]
    [InlineData("W/\"a,b\"", true)]
    [InlineData("*", true)]
    [InlineData("\"x\", \"a,b\"", true)]
    [InlineData("\"x\",W/\"a,b\" , \"y\"", true)]
    [InlineData("\"a\"", false)]
    [InlineData("\"A,B\"", false)]
    [InlineData("a,b", false)]
    [InlineData("\"a,b", false)]
    [InlineData("\"x\", *", false)]
    [InlineData("\"x\"a,b\"y\"", false)]
    [InlineData("", false)]
    public void Tag_Known_Is304WithoutBody(string known, bool isMatch)
    {
        using var server = Answers.Serve(static _ => Tagged("\"a,b\""));
        var client = server.Request(Requests.Get("/", "If-None-Match: " + known));
        var answer = client.ReadPlain();
        Assert.Equal(isMatch ? (304, "", null) : (200, "body", "4"), (answer.Status, answer.Body, answer["Content-Length"]));
        Assert.Equal(isMatch ? null : "text/plain", answer["Content-Type"]);
        Assert.Equal(("\"a,b\"", "no-cache"), (answer["ETag"], answer["Cache-Control"]));
        client.AssertNothingFollows();
        client.Send(Requests.Get());
        Assert.Equal("body", client.ReadPlain().Body);
    }

    [Fact]
    public void Tag_Weak_MatchesTheStrong()
    {
        using var server = Answers.Serve(static _ => Tagged("W/\"1\""));
        Assert.Equal(304, server.Request(Requests.Get("/", "If-None-Match: \"1\"")).ReadPlain().Status);
        Assert.Equal(304, server.Request(Requests.Plain("HEAD", "/", "If-None-Match: W/\"1\"")).ReadPlain().Status);
    }

    [Fact]
    public void Tag_OfAnotherStatus_IsNotCompared()
    {
        using var server = Answers.Serve(static _ => new PlainResponse(404, headers: [new("ETag", "\"1\"")]));
        Assert.Equal(404, server.Request(Requests.Get("/", "If-None-Match: \"1\"")).ReadPlain().Status);
    }

    [Fact]
    public void Response_WithoutTag_IsSent()
    {
        using var server = Answers.ServeEcho();
        Assert.Equal(200, server.Request(Requests.Get("/", "If-None-Match: *")).ReadPlain().Status);
    }

    private static PlainResponse Tagged(string tag) =>
        new(200, "body"u8.ToArray(), "text/plain", [new("etag", tag), new("Cache-Control", "no-cache")]);
}
