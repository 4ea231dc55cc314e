// SPDX-License-Identifier: MIT
using System.Net;

namespace Mare.Bench.Load;

/// <summary>Is the server under load: WebSocket, or TCP that sends back what it gets.</summary>
internal sealed record LoadTarget(IPEndPoint EndPoint, bool IsWebSocket)
{
    public static LoadTarget Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("ws" or "tcp"))
            throw new LoadException($"'{url}' is not a ws:// or tcp:// address.");
        if (!IPAddress.TryParse(uri.Host, out var address) || !IPAddress.IsLoopback(address))
            throw new LoadException($"'{uri.Host}' is not a loopback address; the load stays on this machine.");
        return new LoadTarget(new IPEndPoint(address, uri.Port), uri.Scheme == "ws");
    }
}
