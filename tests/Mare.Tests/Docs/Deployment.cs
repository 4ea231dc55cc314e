// SPDX-License-Identifier: MIT
using System.Net;

namespace Mare.Tests.Docs.Deployment;

internal static class Program
{
    public static void ConfigureForwarded(WebSocketServerOptions options)
    {
        options.Forwarded.TrustedProxies = [IPNetwork.Parse("127.0.0.1/32"), IPNetwork.Parse("10.0.0.0/28")];
    }

    public static void ConfigureProxyProtocol(WebSocketServerOptions options)
    {
        options.ProxyProtocol.Sources = [IPNetwork.Parse("10.0.0.0/28")];
    }

    public static void ConfigureHealth(WebSocketServerOptions options)
    {
        options.HttpHandler = static (request, _) => request.Path == "/health" ? PlainResponse.Health(request) : PlainResponse.FromResponse(null);
        options.Drain.Period = TimeSpan.FromSeconds(30);
    }

    public static void ConfigureActivation(WebSocketServerOptions options)
    {
        // Under systemd what it has opened; started by hand, localhost and a port.
        options.InheritedSocket = InheritedSockets.Names.Count > 0 ? InheritedSockets.All : null;
    }
}
