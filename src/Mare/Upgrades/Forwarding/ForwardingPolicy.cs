// SPDX-License-Identifier: MIT
using System.Net;
using Lori;
using Mare.Protocol;

namespace Mare;

/// <summary>Finds out who the client of a request is, by what trusted proxies say of it. Immutable; any thread.</summary>
internal sealed class ForwardingPolicy(ForwardedOptions options)
{
    private readonly TrustedSources _proxies = new(options.TrustedProxies, options.UnixSockets);
    private readonly bool _isStandard = options.Headers == ForwardedHeaders.Forwarded;

    /// <summary>Says whether a connection is a trusted proxy's, so that its clients are known by their requests only.</summary>
    public bool IsProxy(EndPoint? remote) => !_proxies.IsEmpty && _proxies.Contains(remote);

    /// <summary>Reads what a request says of its client.</summary>
    /// <param name="head">The request.</param>
    /// <param name="remote">The other end of the connection; null over a Unix domain socket.</param>
    /// <param name="isEncrypted">Whether the connection is; null when that cannot be known.</param>
    /// <param name="client">What is known of it.</param>
    /// <returns>
    /// False when the header of a trusted proxy is malformed. A client can see to that, by half a header to which the proxy
    /// adds its own: to go by the proxy's address would let it pass for nobody.
    /// </returns>
    public bool TryRead(RequestHead head, EndPoint? remote, bool? isEncrypted, out ClientFacts client)
    {
        var address = (remote as IPEndPoint)?.Address;
        client = new ClientFacts(address, isEncrypted, head.Authority);
        if (!IsProxy(remote)) return true;
        // The proxy may speak TLS in front, whatever it speaks with us.
        client = client with { IsEncrypted = isEncrypted == true ? true : null };
        var hops = new List<ForwardedHop>();
        if (!_isStandard) ReadUsual(head.Headers, hops);
        else if (!ForwardedSyntax.TryParse(head.Headers["Forwarded"], hops)) return false;
        client = Walk(hops, client);
        return true;
    }

    /// <summary>Goes from the nearest hop to the client: each that a trusted proxy tells of, until one is no proxy.</summary>
    private ClientFacts Walk(List<ForwardedHop> hops, ClientFacts facts)
    {
        for (var i = hops.Count - 1; i >= 0; i--)
        {
            var hop = hops[i];
            if (SchemeOf(hop.Proto) is { } isEncrypted) facts = facts with { IsEncrypted = isEncrypted };
            if (hop.Host is { } host && Authority.TryParse(host, out _)) facts = facts with { Host = host };
            // One that says nothing of use hides its client: whoever stands there is all that is known.
            if (hop.For is null || ForwardedHop.ParseAddress(hop.For) is not { } address) break;
            facts = facts with { Address = address };
            if (!_proxies.Contains(address)) break;
        }

        return facts;
    }

    private static bool? SchemeOf(string? proto)
    {
        if (proto is null) return null;
        if (proto.Equals("https", StringComparison.OrdinalIgnoreCase) || proto.Equals("wss", StringComparison.OrdinalIgnoreCase)) return true;
        var isPlain = proto.Equals("http", StringComparison.OrdinalIgnoreCase) || proto.Equals("ws", StringComparison.OrdinalIgnoreCase);
        return isPlain ? false : null;
    }

    /// <summary>
    /// Puts three lists side by side, from their ends; a list that is shorter says the same of all further hops. There is no
    /// syntax to break: whatever a client sent, the last element stays the proxy's.
    /// </summary>
    private static void ReadUsual(HeaderCollection headers, List<ForwardedHop> hops)
    {
        var clients = ListOf(headers["X-Forwarded-For"]);
        var schemes = ListOf(headers["X-Forwarded-Proto"]);
        var hosts = ListOf(headers["X-Forwarded-Host"]);
        // Without addresses the rest is of the nearest hop.
        var count = Math.Max(clients.Length, schemes.Length + hosts.Length > 0 ? 1 : 0);
        for (var i = 0; i < count; i++) hops.Add(new ForwardedHop(At(clients, i, count), At(schemes, i, count), At(hosts, i, count)));
    }

    private static string? At(string[] list, int index, int count)
    {
        index -= count - list.Length;
        return index >= 0 ? list[index] : list.FirstOrDefault();
    }

    // Empty elements are none: RFC 9110, section 5.6.1.
    private static string[] ListOf(string? value) =>
        value is null ? [] : value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
