// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Security.Authentication;

namespace Lori.Tls.OpenSsl;

/// <summary>Is what the sessions of one end point share: SSL_CTXs. Unsafe: settings are handed over by address. Any thread.</summary>
internal abstract unsafe class OpenSslContext : TlsContext
{
    private int _sessionCount;

    /// <summary>
    /// TLS 1.2: forward secrecy and authenticated encryption only. AES with 128 bits comes first, as with the large servers: it is
    /// as good as any attack goes, and the cheapest to encrypt with and to hash the handshake for.
    /// </summary>
    private static ReadOnlySpan<byte> Ciphers =>
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305\0"u8;

    /// <summary>TLS 1.3.</summary>
    private static ReadOnlySpan<byte> CipherSuites =>
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256\0"u8;

    public override TlsImplementation Implementation => TlsImplementation.OpenSsl;

    /// <summary>Gets how many sessions have an SSL object, for tests that look for leaks. Any thread.</summary>
    public int SessionCount => Volatile.Read(ref _sessionCount);

    public abstract bool IsClient { get; }

    /// <summary>Gets what judges the peer's certificate; null accepts any.</summary>
    public abstract PeerVerifier? Verifier { get; }

    /// <summary>Makes the SSL object of one connection, which takes over the reference to its BIO.</summary>
    public abstract nint CreateSsl(nint bio);

    public void CountSession(int change) => Interlocked.Add(ref _sessionCount, change);

    public override TlsSession CreateSession(EventLoop loop, ITlsSessionEvents events) => new OpenSslSession(this, loop, events);

    /// <summary>Makes an SSL_CTX with what all have in common.</summary>
    protected static SafeSslContextHandle CreateHandle(nint method, SslProtocols protocols)
    {
        LibCrypto.ClearErrors();
        var context = LibSsl.ContextNew(method);
        if (context == 0) throw OpenSslErrors.Exception("OpenSSL gave no context");
        var handle = new SafeSslContextHandle(context);
        // The end of the stream without close_notify is never taken for the end of what was sent: OpenSSL's option for that is off.
        LibSsl.ContextSetOptions(context, LibSsl.OpNoCompression | LibSsl.OpNoRenegotiation);
        // Buffers of 17 KiB for reading and writing live only while a record is incomplete. Read-ahead is off by default.
        LibSsl.ContextControl(context, LibSsl.CtrlMode, LibSsl.ModeReleaseBuffers, null);
        Check(LibSsl.ContextControl(context, LibSsl.CtrlSetMinProtocol, protocols.HasFlag(SslProtocols.Tls12) ? LibSsl.Tls12 : LibSsl.Tls13, null));
        Check(LibSsl.ContextControl(context, LibSsl.CtrlSetMaxProtocol, protocols.HasFlag(SslProtocols.Tls13) ? LibSsl.Tls13 : LibSsl.Tls12, null));
        fixed (byte* ciphers = Ciphers) Check(LibSsl.ContextSetCiphers(context, ciphers));
        fixed (byte* suites = CipherSuites) Check(LibSsl.ContextSetCipherSuites(context, suites));
        return handle;
    }

    /// <summary>Makes an SSL object of an SSL_CTX.</summary>
    protected static nint CreateSsl(SafeSslContextHandle context, nint bio)
    {
        LibCrypto.ClearErrors();
        var ssl = LibSsl.New(context);
        if (ssl == 0)
        {
            _ = LibCrypto.BioFree(bio);
            throw OpenSslErrors.Exception("OpenSSL gave no SSL object");
        }

        LibSsl.SetBio(ssl, bio, bio); // given for both directions it is one reference
        return ssl;
    }

    /// <summary>Joins protocols as ALPN does, each behind a byte of its length.</summary>
    protected static byte[] Join(IReadOnlyList<SslApplicationProtocol> protocols) =>
        [.. protocols.SelectMany(static p => p.Protocol.ToArray().Prepend((byte)p.Protocol.Length))];

    protected static void Check(nint result)
    {
        if (result != 1) throw OpenSslErrors.Exception("OpenSSL refused a setting");
    }
}
