// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Mare.Tests.Http;

/// <summary>Makes servers that answer plain requests.</summary>
internal static class Answers
{
    /// <summary>Answers at once.</summary>
    public static MemoryServer Serve(
        Func<PlainRequest, PlainResponse?> handler,
        Action<WebSocketServerOptions>? configure = null,
        InMemoryNetworkOptions? network = null) =>
        ServeAsync((request, _) => handler(request), configure, network);

    /// <summary>Answers later.</summary>
    public static MemoryServer ServeAsync(
        Func<PlainRequest, CancellationToken, ValueTask<PlainResponse?>> handler,
        Action<WebSocketServerOptions>? configure = null,
        InMemoryNetworkOptions? network = null) =>
        new(network: network, configure: o =>
        {
            o.HttpHandler = handler;
            configure?.Invoke(o);
        });

    /// <summary>Answers with the method, path and query that were asked for.</summary>
    public static MemoryServer ServeEcho(Action<WebSocketServerOptions>? configure = null, InMemoryNetworkOptions? network = null) =>
        Serve(Echo, configure, network);

    public static PlainResponse Echo(PlainRequest request) => PlainResponse.Text($"{request.Method} {request.Path}{request.QueryString}");
}
