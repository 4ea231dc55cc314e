// SPDX-License-Identifier: MIT
namespace Lori.Tls.OpenSsl;

/// <summary>
/// Is a server's settings in libssl: an SSL_CTX for each certificate, alike in all else. Sessions start with the first, and change
/// to that of the name that the client asks for. Tickets are made and read with the keys of the first.
/// </summary>
internal sealed unsafe class OpenSslServerContext : OpenSslContext
{
    /// <summary>
    /// One, not OpenSSL's two: a client gets another with each connection. To make one takes a tenth of the CPU time of a handshake.
    /// </summary>
    private const int TicketCount = 1;

    private readonly TlsServerSettings _settings;
    private readonly Dictionary<CertificateWithChain, SafeSslContextHandle> _handles = [];
    private readonly SafeSslContextHandle _first;

    /// <exception cref="TlsCertificateException">OpenSSL refuses a certificate or a key.</exception>
    public OpenSslServerContext(TlsServerSettings settings)
    {
        _settings = settings;
        foreach (var certificate in settings.Certificates.All)
        {
            var handle = CreateHandle(LibSsl.ServerMethod(), settings.Protocols);
            Configure(handle.DangerousGetHandle(), settings);
            OpenSslCertificates.Use(handle.DangerousGetHandle(), certificate);
            _handles.Add(certificate, handle);
        }

        _first = _handles[settings.Certificates.Default ?? settings.Certificates.All.First()];
    }

    public override bool IsClient => false;

    public override PeerVerifier? Verifier => _settings.Verifier;

    public override nint CreateSsl(nint bio)
    {
        var ssl = CreateSsl(_first, bio);
        LibSsl.SetAcceptState(ssl);
        return ssl;
    }

    /// <summary>Gives a connection the certificate for a name; false when there is none.</summary>
    public bool Select(nint ssl, string? serverName)
    {
        if (_settings.Certificates.Find(serverName) is not { } certificate) return false;
        var handle = _handles[certificate];
        return handle == _first || LibSsl.SetContext(ssl, handle) != 0;
    }

    /// <summary>Finds the first protocol of this side's that a client offers; -1 for none, else where its length byte stands.</summary>
    public int SelectProtocol(ReadOnlySpan<byte> offer)
    {
        foreach (var own in _settings.ApplicationProtocols)
        {
            for (var at = 0; at < offer.Length; at += 1 + offer[at])
                if (offer.Slice(at + 1, offer[at]).SequenceEqual(own.Protocol.Span)) return at;
        }

        return -1;
    }

    private static void Configure(nint context, TlsServerSettings settings)
    {
        // This side's order of ciphers, but for a client that puts ChaCha first: it has no fast AES.
        LibSsl.ContextSetOptions(context, LibSsl.OpCipherServerPreference | LibSsl.OpPrioritizeChaCha);
        // Sessions are kept by the clients, in tickets: nothing is kept here.
        LibSsl.ContextControl(context, LibSsl.CtrlSetSessionCacheMode, LibSsl.SessionCacheOff, null);
        if (settings.AllowResumption)
        {
            Check(LibSsl.ContextSetTicketCount(context, TicketCount));
            var keys = settings.TicketKeys.Bytes;
            fixed (byte* bytes = keys) Check(LibSsl.ContextControl(context, LibSsl.CtrlSetTicketKeys, keys.Length, bytes));
        }
        else
        {
            LibSsl.ContextSetOptions(context, LibSsl.OpNoTicket);
            Check(LibSsl.ContextSetTicketCount(context, 0));
        }

        // A session is resumed only where clients are asked for the same. Without any, one with a certificate cannot be resumed.
        var id = (byte)settings.ClientCertificates;
        Check(LibSsl.ContextSetSessionIdContext(context, &id, 1));
        LibSsl.ContextCallbackControl(context, LibSsl.CtrlSetServerNameCallback, &OpenSslCallbacks.SelectCertificate);
        if (settings.ApplicationProtocols.Count > 0)
            LibSsl.ContextSetProtocolCallback(context, &OpenSslCallbacks.SelectProtocol, 0);
        if (settings.ClientCertificates == TlsClientCertificates.Off) return;
        LibSsl.ContextSetVerify(context, LibSsl.VerifyPeer
            | (settings.ClientCertificates == TlsClientCertificates.Required ? LibSsl.VerifyFailIfNoPeerCertificate : 0), 0);
        LibSsl.ContextSetVerifyCallback(context, &OpenSslCallbacks.Verify, 0);
    }
}
