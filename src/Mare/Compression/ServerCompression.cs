// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Lori;
using Mare.Protocol;

namespace Mare;

/// <summary>
/// Is what a server's connections share for compressing: what it agrees to, the codecs of each loop, and how many connections
/// have codecs of their own.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "Codecs belong to loops, which end on their own; each is finalized.")]
internal sealed class ServerCompression(CompressionOptions options, int loops)
{
    private readonly IDeflateProvider _provider = DeflateProvider.Default;
    private readonly DeflateCodecs?[] _codecs = new DeflateCodecs?[loops];
    private readonly DeflatePolicy _shared = new()
    {
        ServerMaxWindowBits = options.ServerMaxWindowBits,
        ClientMaxWindowBits = options.ClientMaxWindowBits,
        MinServerWindowBits = DeflateProvider.Default.MinWindowBits,
    };

    private int _dedicated;

    /// <summary>Gets from which size on messages are compressed.</summary>
    public int Threshold => options.Threshold;

    /// <summary>Gets how many connections have codecs of their own. Any thread.</summary>
    public int DedicatedConnections => Volatile.Read(ref _dedicated);

    /// <summary>Answers a client's offers, on the connection's loop; null when none can be met.</summary>
    public PerMessageDeflate? Negotiate(IReadOnlyList<ExtensionOffer> offers, EventLoop loop)
    {
        if (offers.Count == 0) return null;
        var owns = options.Mode == CompressionMode.Dedicated && TryReserve();
        var agreement = DeflateNegotiation.Accept(offers, owns ? _shared with { ServerContextTakeover = true, ClientContextTakeover = true } : _shared);
        if (owns && (agreement is null || !IsDedicated(agreement))) Interlocked.Decrement(ref _dedicated);
        if (agreement is null) return null;
        var codecs = _codecs[loop.Id] ??= new DeflateCodecs(_provider, options.Level, ArrayPool<byte>.Shared);
        return new PerMessageDeflate(agreement, Role.Server, codecs);
    }

    /// <summary>Hears that a connection has ended.</summary>
    public void Ended(PerMessageDeflate deflate)
    {
        if (IsDedicated(deflate.Agreement)) Interlocked.Decrement(ref _dedicated);
    }

    private static bool IsDedicated(DeflateAgreement agreement) => !agreement.ServerNoContextTakeover || !agreement.ClientNoContextTakeover;

    private bool TryReserve()
    {
        if (Interlocked.Increment(ref _dedicated) <= options.MaxDedicatedConnections) return true;
        Interlocked.Decrement(ref _dedicated);
        return false;
    }
}
