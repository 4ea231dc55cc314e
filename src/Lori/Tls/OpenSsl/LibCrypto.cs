// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Lori.Tls.OpenSsl;

/// <summary>
/// Declares what is used of libcrypto 3, by its C names. It is found through libssl, which depends on it, so that it is
/// the one that libssl uses. Unsafe: it takes addresses, and calls functions by address.
/// </summary>
internal static unsafe partial class LibCrypto
{
    /// <summary>Is resolved by <see cref="OpenSslLibrary"/>: a handle of libssl also finds what libssl depends on.</summary>
    private const string Name = LibSsl.Name;

    public const int BioTypeSourceSink = 0x0400;
    public const int BioFlagsRead = 0x01;
    public const int BioFlagsShouldRetry = 0x08;
    public const int BioCtrlFlush = 11;

    [LibraryImport(Name, EntryPoint = "OpenSSL_version_num")]
    public static partial nuint VersionNumber();

    [LibraryImport(Name, EntryPoint = "ERR_clear_error")]
    [SuppressGCTransition]
    public static partial void ClearErrors();

    [LibraryImport(Name, EntryPoint = "ERR_get_error")]
    public static partial nuint GetError();

    [LibraryImport(Name, EntryPoint = "ERR_error_string_n")]
    public static partial void ErrorString(nuint error, byte* buffer, nuint length);

    [LibraryImport(Name, EntryPoint = "ERR_reason_error_string")]
    public static partial byte* ReasonString(nuint error);

    [LibraryImport(Name, EntryPoint = "BIO_get_new_index")]
    public static partial int BioNewIndex();

    [LibraryImport(Name, EntryPoint = "BIO_meth_new")]
    public static partial nint BioMethodNew(int type, byte* name);

    [LibraryImport(Name, EntryPoint = "BIO_meth_set_read_ex")]
    public static partial int BioMethodSetRead(nint method, delegate* unmanaged[Cdecl]<nint, byte*, nuint, nuint*, int> read);

    [LibraryImport(Name, EntryPoint = "BIO_meth_set_write_ex")]
    public static partial int BioMethodSetWrite(nint method, delegate* unmanaged[Cdecl]<nint, byte*, nuint, nuint*, int> write);

    [LibraryImport(Name, EntryPoint = "BIO_meth_set_ctrl")]
    public static partial int BioMethodSetControl(nint method, delegate* unmanaged[Cdecl]<nint, int, nint, void*, nint> control);

    [LibraryImport(Name, EntryPoint = "BIO_new")]
    public static partial nint BioNew(nint method);

    [LibraryImport(Name, EntryPoint = "BIO_free")]
    public static partial int BioFree(nint bio);

    [LibraryImport(Name, EntryPoint = "BIO_set_init")]
    public static partial void BioSetInitialized(nint bio, int initialized);

    [LibraryImport(Name, EntryPoint = "BIO_set_flags")]
    [SuppressGCTransition]
    public static partial void BioSetFlags(nint bio, int flags);

    [LibraryImport(Name, EntryPoint = "BIO_clear_flags")]
    [SuppressGCTransition]
    public static partial void BioClearFlags(nint bio, int flags);

    [LibraryImport(Name, EntryPoint = "d2i_X509")]
    public static partial nint CertificateFromDer(nint* reuse, byte** der, nint length);

    [LibraryImport(Name, EntryPoint = "i2d_X509")]
    public static partial int CertificateToDer(nint certificate, byte** der);

    [LibraryImport(Name, EntryPoint = "X509_free")]
    public static partial void CertificateFree(nint certificate);

    [LibraryImport(Name, EntryPoint = "X509_STORE_CTX_get0_cert")]
    public static partial nint VerificationGetCertificate(nint verification);

    [LibraryImport(Name, EntryPoint = "X509_STORE_CTX_get0_untrusted")]
    public static partial nint VerificationGetUntrusted(nint verification);

    [LibraryImport(Name, EntryPoint = "X509_STORE_CTX_set_error")]
    public static partial void VerificationSetError(nint verification, int error);

    [LibraryImport(Name, EntryPoint = "OPENSSL_sk_num")]
    public static partial int StackCount(nint stack);

    [LibraryImport(Name, EntryPoint = "OPENSSL_sk_value")]
    public static partial nint StackItem(nint stack, int index);
}
