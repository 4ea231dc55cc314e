// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Mare.Tests.Http;

/// <summary>Requests that are no upgrade, answered by the handler. RFC 9110, RFC 9112.</summary>
public sealed class ExchangeTests
{
    [Fact]
    public void Get_Answered_StaysOpenForTheNext()
    {
        using var server = Serve(static r => PlainResponse.Text("path " + r.Path));
        var client = server.Request(Requests.Get("/a?b"));
        var answer = client.ReadPlain();
        Assert.Equal((200, "path /a"), (answer.Status, answer.Body));
        Assert.Equal("text/plain; charset=utf-8", answer["Content-Type"]);
        Assert.Equal("7", answer["Content-Length"]);
        Assert.NotNull(answer["Date"]);
        Assert.Null(answer["Connection"]);
        client.Send(Requests.Get("/c"));
        Assert.Equal("path /c", client.ReadPlain().Body);
        client.AssertNothingFollows();
        Assert.False(client.IsEnded);
        Assert.Empty(server.Actors);
        Assert.Equal(0, server.Server.ConnectionCount);
    }

    internal static MemoryServer Serve(
        Func<PlainRequest, PlainResponse?> handler, Action<WebSocketServerOptions>? configure = null, InMemoryNetworkOptions? network = null) =>
        new(network: network, configure: o =>
        {
            o.HttpHandler = (request, _) => handler(request);
            configure?.Invoke(o);
        });
}
