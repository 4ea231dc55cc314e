// SPDX-License-Identifier: MIT
namespace Lori.Tls.OpenSsl;

/// <summary>
/// Makes what libssl reads records from and writes them to. It keeps nothing: the memory is that of the session that is
/// calling libssl. Unsafe: functions are handed over by address.
/// </summary>
internal static unsafe class OpenSslBio
{
    private static readonly nint Method = CreateMethod();

    /// <summary>Makes one, for both directions, with one reference.</summary>
    public static nint Create()
    {
        var bio = LibCrypto.BioNew(Method);
        if (bio == 0) throw OpenSslErrors.Exception("OpenSSL gave no BIO");
        LibCrypto.BioSetInitialized(bio, 1);
        return bio;
    }

    /// <summary>Makes their common method, once in the life of the process.</summary>
    private static nint CreateMethod()
    {
        nint method;
        fixed (byte* name = "lori"u8) method = LibCrypto.BioMethodNew(LibCrypto.BioNewIndex() | LibCrypto.BioTypeSourceSink, name);
        if (method == 0) throw OpenSslErrors.Exception("OpenSSL gave no BIO method");
        _ = LibCrypto.BioMethodSetRead(method, &OpenSslCallbacks.Read);
        _ = LibCrypto.BioMethodSetWrite(method, &OpenSslCallbacks.Write);
        _ = LibCrypto.BioMethodSetControl(method, &OpenSslCallbacks.Control);
        return method;
    }
}
