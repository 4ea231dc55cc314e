// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Http.Headers;
using Mare.Interop.Servers;

namespace Mare.Interop.DotNet;

/// <summary><see cref="HttpClient"/> against plain HTTP. RFC 9110, RFC 9112.</summary>
public sealed class HttpClientTests(InteropServer server) : IDisposable
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(60) };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Requests_OneAfterTheOther_ShareAConnection()
    {
        var first = await _client.GetStringAsync(server.HttpUrl + "/port", Cancelled);
        using var missing = await _client.GetAsync(server.HttpUrl + "/missing-page", Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal("later", await _client.GetStringAsync(server.HttpUrl + "/later", Cancelled));
        Assert.Equal(first, await _client.GetStringAsync(server.HttpUrl + "/port", Cancelled));
    }

    [Fact]
    public async Task Large_Asked_ArrivesWholeAndThenNotAgain()
    {
        Assert.Equal(PlainPages.Large, await _client.GetByteArrayAsync(server.HttpUrl + "/large", Cancelled));
        using var request = new HttpRequestMessage(HttpMethod.Get, server.HttpUrl + "/large");
        request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(PlainPages.Tag));
        using var answer = await _client.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancelled));
    }

    [Fact]
    public async Task Head_Asked_HasTheLengthOnly()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, server.HttpUrl + "/large");
        using var answer = await _client.SendAsync(request, Cancelled);
        Assert.Equal(PlainPages.Large.Length, answer.Content.Headers.ContentLength);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancelled));
    }

    [Fact]
    public async Task Post_IsNotAllowed()
    {
        using var answer = await _client.PostAsync(server.HttpUrl + "/", new StringContent("body"), Cancelled);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow);
    }
}
