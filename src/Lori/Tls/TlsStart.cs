// SPDX-License-Identifier: MIT
namespace Lori.Tls;

/// <summary>Is what a connection needs to start TLS; shared by all that start with the same certificates. Immutable.</summary>
/// <param name="context">Makes its session.</param>
/// <param name="timeout">How long the handshake may take.</param>
/// <param name="plaintextResponse">What a peer gets that speaks no TLS; may be empty.</param>
/// <param name="acceptor">Counts handshakes; null on a client.</param>
internal sealed class TlsStart(TlsContext context, TimeSpan timeout, ReadOnlyMemory<byte> plaintextResponse, TlsAcceptor? acceptor)
{
    public TlsContext Context => context;

    public TimeSpan Timeout => timeout;

    public ReadOnlyMemory<byte> PlaintextResponse => plaintextResponse;

    public TlsAcceptor? Acceptor => acceptor;

    public bool IsServer => acceptor is not null;

    /// <summary>Makes what an outgoing connection starts with.</summary>
    public static TlsStart OfClient(TlsClientOptions options, string host) =>
        new(TlsSelector.CreateClient(options.Implementation, options.ToSettings(host)), options.HandshakeTimeout, default, null);
}
