// SPDX-License-Identifier: MIT
namespace Mare.Conformance.Servers;

/// <summary>Mare with permessage-deflate, in both modes; there is no such server behind <c>MARE_CONFORMANCE_URL</c>.</summary>
public sealed class CompressingServers : IAsyncLifetime
{
    private readonly EchoServer _shared = new();
    private readonly EchoServer _dedicated = new();

    /// <summary>The server whose codecs are those of its loops, or of the connections.</summary>
    public EchoServer this[bool dedicated]
    {
        get
        {
            EchoServer.RequireMare();
            return dedicated ? _dedicated : _shared;
        }
    }

    public async ValueTask InitializeAsync()
    {
        await _shared.StartAsync(CompressionMode.Shared);
        await _dedicated.StartAsync(CompressionMode.Dedicated);
    }

    public async ValueTask DisposeAsync()
    {
        await _shared.DisposeAsync();
        await _dedicated.DisposeAsync();
    }
}
