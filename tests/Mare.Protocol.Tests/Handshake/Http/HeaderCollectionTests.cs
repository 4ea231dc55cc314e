// SPDX-License-Identifier: MIT
using Xunit;

namespace Mare.Protocol.Tests.Handshake.Http;

/// <summary>RFC 9110, sections 5.1 to 5.3: names without case, lines joined.</summary>
public sealed class HeaderCollectionTests
{
    private static readonly HeaderCollection Headers = new(
        [new("Host", "a"), new("X", "1"), new("x", "2"), new("Set-Cookie", "a=1"), new("set-cookie", "b=2")]);

    [Fact]
    public void Lookup_OtherCase_Finds()
    {
        Assert.Equal("a", Headers["hOST"]);
        Assert.True(Headers.Contains("HOST"));
        Assert.True(Headers.TryGetValue("host", out string? value));
        Assert.Equal("a", value);
    }

    [Fact]
    public void Lookup_NoSuchName_FindsNothing()
    {
        Assert.Null(Headers["Hos"]);
        Assert.False(Headers.Contains(""));
        Assert.False(Headers.TryGetValue("Hosts", out string? value));
        Assert.Null(value);
    }

    [Fact]
    public void Lines_OfOneName_AreJoinedButSetCookie() =>
        Assert.Equal(
            ["Host=a", "X=1, 2", "Set-Cookie=a=1", "set-cookie=b=2"],
            Headers.Select(static field => $"{field.Key}={field.Value}"));

    [Fact]
    public void Empty_HasNothing() => Assert.Empty(HeaderCollection.Empty);
}
