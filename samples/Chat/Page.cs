// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mare;

namespace Chat;

/// <summary>Knows how the page is served, and where a browser finds it.</summary>
internal static class Page
{
    /// <summary>Gets how the files are served: whatever a message may hold, the page runs no script but its own.</summary>
    public static StaticFileOptions Options { get; } = new()
    {
        Headers =
        [
            new("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"),
            new("Referrer-Policy", "no-referrer"),
        ],
    };

    /// <summary>Names the page's URLs: of this machine, and of its network if it is reachable there.</summary>
    public static IEnumerable<string> UrlsOf(string host, int port)
    {
        var isEverywhere = host is "*" or "0.0.0.0" or "::" or "[::]";
        yield return $"http://{(isEverywhere ? "localhost" : host)}:{port}";
        if (!isEverywhere) yield break;
        foreach (var address in OwnAddresses()) yield return $"http://{address}:{port}";
    }

    private static IEnumerable<IPAddress> OwnAddresses() =>
        from network in NetworkInterface.GetAllNetworkInterfaces()
        where network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback
        from unicast in network.GetIPProperties().UnicastAddresses
        where unicast.Address.AddressFamily == AddressFamily.InterNetwork
        select unicast.Address;
}
