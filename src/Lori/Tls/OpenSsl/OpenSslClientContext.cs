// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;

namespace Lori.Tls.OpenSsl;

/// <summary>Is a client's settings in libssl: one SSL_CTX, and the last session's ticket, with which the next resumes it.</summary>
internal sealed unsafe class OpenSslClientContext : OpenSslContext
{
    private readonly TlsClientSettings _settings;
    private readonly SafeSslContextHandle _handle;
    private readonly byte[]? _hostName;
    private nint _session;

    /// <exception cref="TlsCertificateException">OpenSSL refuses the certificate or its key.</exception>
    public OpenSslClientContext(TlsClientSettings settings)
    {
        _settings = settings;
        _handle = CreateHandle(LibSsl.ClientMethod(), settings.Protocols);
        var context = _handle.DangerousGetHandle();
        // An address is no server name: RFC 6066, section 3.
        if (settings.TargetHost.Length > 0 && !IPAddress.TryParse(settings.TargetHost, out _)) _hostName = Encoding.ASCII.GetBytes(settings.TargetHost + '\0');
        LibSsl.ContextControl(context, LibSsl.CtrlSetSessionCacheMode, LibSsl.SessionCacheClientWithoutStore, null);
        LibSsl.ContextSetNewSessionCallback(context, &OpenSslCallbacks.KeepSession);
        LibSsl.ContextSetVerify(context, LibSsl.VerifyPeer, 0);
        LibSsl.ContextSetVerifyCallback(context, &OpenSslCallbacks.Verify, 0);
        if (settings.Certificate is not null) OpenSslCertificates.Use(context, settings.Certificate);
        var protocols = Join(settings.ApplicationProtocols);
        if (protocols.Length == 0) return;
        fixed (byte* start = protocols) Check(1 - LibSsl.ContextSetProtocols(context, start, (uint)protocols.Length));
    }

    ~OpenSslClientContext()
    {
        if (_session != 0) LibSsl.SessionFree(_session);
    }

    public override bool IsClient => true;

    public override PeerVerifier? Verifier => _settings.Verifier;

    public override nint CreateSsl(nint bio)
    {
        var ssl = CreateSsl(_handle, bio);
        LibSsl.SetConnectState(ssl);
        fixed (byte* name = _hostName)
        {
            if (name is not null) LibSsl.Control(ssl, LibSsl.CtrlSetHostName, 0, name);
        }

        var session = Interlocked.Exchange(ref _session, 0);
        if (session == 0) return ssl;
        _ = LibSsl.SetSession(ssl, session);
        // TLS 1.3 gives a new ticket with each connection, and each is used once: whoever watches should not see that two
        // connections are one client's (RFC 8446, C.4). TLS 1.2 gives one with the first.
        if (LibSsl.GetSessionVersion(session) == LibSsl.Tls12) Keep(session);
        else LibSsl.SessionFree(session);
        return ssl;
    }

    /// <summary>Takes over a session, with one reference, for the next connection.</summary>
    public void Keep(nint session)
    {
        var old = Interlocked.Exchange(ref _session, session);
        if (old != 0) LibSsl.SessionFree(old);
    }
}
