// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Lori.Tls.OpenSsl;

/// <summary>
/// Declares what is used of libssl 3, by its C names. Unsafe: it takes addresses, and calls functions by address. What
/// neither calls back nor works for long goes without a transition of the garbage collector.
/// </summary>
internal static unsafe partial class LibSsl
{
    /// <summary>Is resolved by <see cref="OpenSslLibrary"/> to the library that the runtime has loaded.</summary>
    public const string Name = "libssl-of-the-runtime";

    public const int Tls12 = 0x0303;
    public const int Tls13 = 0x0304;

    public const ulong OpNoTicket = 1UL << 14;
    public const ulong OpNoCompression = 1UL << 17;
    public const ulong OpPrioritizeChaCha = 1UL << 21;
    public const ulong OpCipherServerPreference = 1UL << 22;
    public const ulong OpNoRenegotiation = 1UL << 30;

    public const int ModeReleaseBuffers = 0x10;

    public const int SessionCacheOff = 0;
    public const int SessionCacheClientWithoutStore = 0x0001 | 0x0300;

    public const int VerifyPeer = 1;
    public const int VerifyFailIfNoPeerCertificate = 2;

    public const int ErrorNone = 0;
    public const int ErrorWantRead = 2;
    public const int ErrorZeroReturn = 6;

    public const int SentShutdown = 1;
    public const int ReceivedShutdown = 2;

    public const int CtrlMode = 33;
    public const int CtrlSetSessionCacheMode = 44;
    public const int CtrlSetServerNameCallback = 53;
    public const int CtrlSetHostName = 55;
    public const int CtrlSetTicketKeys = 59;
    public const int CtrlChainCertificate = 89;
    public const int CtrlSetMinProtocol = 123;
    public const int CtrlSetMaxProtocol = 124;

    /// <summary>How a callback answers (SSL_TLSEXT_ERR_*): taken, or refused with a fatal alert.</summary>
    public const int CallbackOk = 0;
    public const int CallbackAlertFatal = 2;

    [LibraryImport(Name, EntryPoint = "TLS_server_method")]
    public static partial nint ServerMethod();

    [LibraryImport(Name, EntryPoint = "TLS_client_method")]
    public static partial nint ClientMethod();

    [LibraryImport(Name, EntryPoint = "SSL_CTX_new")]
    public static partial nint ContextNew(nint method);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_free")]
    public static partial void ContextFree(nint context);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_cipher_list")]
    public static partial int ContextSetCiphers(nint context, byte* ciphers);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_ciphersuites")]
    public static partial int ContextSetCipherSuites(nint context, byte* suites);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_ctrl")]
    public static partial nint ContextControl(nint context, int command, nint number, void* pointer);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_callback_ctrl")]
    public static partial nint ContextCallbackControl(nint context, int command, delegate* unmanaged[Cdecl]<nint, int*, nint, int> callback);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_options")]
    public static partial ulong ContextSetOptions(nint context, ulong options);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_use_certificate")]
    public static partial int ContextUseCertificate(nint context, nint certificate);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_use_PrivateKey")]
    public static partial int ContextUsePrivateKey(nint context, SafeHandle key);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_check_private_key")]
    public static partial int ContextCheckPrivateKey(nint context);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_session_id_context")]
    public static partial int ContextSetSessionIdContext(nint context, byte* id, uint length);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_num_tickets")]
    public static partial int ContextSetTicketCount(nint context, nuint count);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_verify")]
    public static partial void ContextSetVerify(nint context, int mode, nint callback);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_cert_verify_callback")]
    public static partial void ContextSetVerifyCallback(nint context, delegate* unmanaged[Cdecl]<nint, nint, int> callback, nint argument);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_alpn_select_cb")]
    public static partial void ContextSetProtocolCallback(
        nint context, delegate* unmanaged[Cdecl]<nint, byte**, byte*, byte*, uint, nint, int> callback, nint argument);

    /// <summary>Unlike all others it gives 0 for success.</summary>
    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_alpn_protos")]
    public static partial int ContextSetProtocols(nint context, byte* protocols, uint length);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_sess_set_new_cb")]
    public static partial void ContextSetNewSessionCallback(nint context, delegate* unmanaged[Cdecl]<nint, nint, int> callback);

    [LibraryImport(Name, EntryPoint = "SSL_new")]
    public static partial nint New(SafeSslContextHandle context);

    [LibraryImport(Name, EntryPoint = "SSL_free")]
    public static partial void Free(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_set_bio")]
    public static partial void SetBio(nint ssl, nint read, nint write);

    [LibraryImport(Name, EntryPoint = "SSL_set_accept_state")]
    public static partial void SetAcceptState(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_set_connect_state")]
    public static partial void SetConnectState(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_ctrl")]
    public static partial nint Control(nint ssl, int command, nint number, void* pointer);

    [LibraryImport(Name, EntryPoint = "SSL_set_SSL_CTX")]
    public static partial nint SetContext(nint ssl, SafeSslContextHandle context);

    [LibraryImport(Name, EntryPoint = "SSL_do_handshake")]
    public static partial int DoHandshake(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_read")]
    public static partial int Read(nint ssl, byte* buffer, int length);

    [LibraryImport(Name, EntryPoint = "SSL_write")]
    public static partial int Write(nint ssl, byte* buffer, int length);

    [LibraryImport(Name, EntryPoint = "SSL_shutdown")]
    public static partial int Shutdown(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_set_read_ahead")]
    [SuppressGCTransition]
    public static partial void SetReadAhead(nint ssl, int yes);

    [LibraryImport(Name, EntryPoint = "SSL_has_pending")]
    [SuppressGCTransition]
    public static partial int HasPending(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_SESSION_get_protocol_version")]
    [SuppressGCTransition]
    public static partial int GetSessionVersion(nint session);

    [LibraryImport(Name, EntryPoint = "SSL_set_shutdown")]
    [SuppressGCTransition]
    public static partial void SetShutdown(nint ssl, int mode);

    [LibraryImport(Name, EntryPoint = "SSL_get_error")]
    [SuppressGCTransition]
    public static partial int GetError(nint ssl, int result);

    [LibraryImport(Name, EntryPoint = "SSL_version")]
    public static partial int GetVersion(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_get_current_cipher")]
    public static partial nint GetCurrentCipher(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_CIPHER_get_protocol_id")]
    public static partial ushort GetCipherId(nint cipher);

    [LibraryImport(Name, EntryPoint = "SSL_session_reused")]
    public static partial int IsSessionReused(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_get0_alpn_selected")]
    public static partial void GetSelectedProtocol(nint ssl, byte** protocol, uint* length);

    [LibraryImport(Name, EntryPoint = "SSL_get_servername")]
    public static partial byte* GetServerName(nint ssl, int type);

    [LibraryImport(Name, EntryPoint = "SSL_get1_peer_certificate")]
    public static partial nint GetPeerCertificate(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_set_session")]
    public static partial int SetSession(nint ssl, nint session);

    [LibraryImport(Name, EntryPoint = "SSL_SESSION_free")]
    public static partial void SessionFree(nint session);
}
