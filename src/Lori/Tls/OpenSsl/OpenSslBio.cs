// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lori.Tls.OpenSsl;

/// <summary>
/// Is what libssl reads records from and writes them to: the memory of the session that is calling it on this thread. It
/// keeps nothing itself. Unsafe: libssl calls it with addresses; no exception may pass its frames.
/// </summary>
/// <remarks>
/// libssl calls back only from inside a call that a session makes, so the session is found in a field of the thread:
/// nothing managed is referred to from native memory, and no handle is kept per connection.
/// </remarks>
internal static unsafe class OpenSslBio
{
    private const int RetryRead = LibCrypto.BioFlagsRead | LibCrypto.BioFlagsShouldRetry;

    private static readonly nint Method = CreateMethod();

    /// <summary>Makes one, for both directions, with one reference.</summary>
    public static nint Create()
    {
        var bio = LibCrypto.BioNew(Method);
        if (bio == 0) throw OpenSslErrors.Exception("OpenSSL gave no BIO");
        LibCrypto.BioSetInitialized(bio, 1);
        return bio;
    }

    private static nint CreateMethod()
    {
        nint method;
        fixed (byte* name = "lori"u8) method = LibCrypto.BioMethodNew(LibCrypto.BioNewIndex() | LibCrypto.BioTypeSourceSink, name);
        if (method == 0) throw OpenSslErrors.Exception("OpenSSL gave no BIO method");
        _ = LibCrypto.BioMethodSetRead(method, &Read);
        _ = LibCrypto.BioMethodSetWrite(method, &Write);
        _ = LibCrypto.BioMethodSetControl(method, &Control);
        return method;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(nint bio, byte* buffer, nuint length, nuint* read)
    {
        var session = OpenSslSession.Calling!;
        var taken = session.TakeInput(new Span<byte>(buffer, (int)Math.Min(length, int.MaxValue)));
        *read = (nuint)taken;
        if (taken > 0)
        {
            if (session.IsRetryFlagSet) LibCrypto.BioClearFlags(bio, RetryRead);
            session.IsRetryFlagSet = false;
            return 1;
        }
        LibCrypto.BioSetFlags(bio, RetryRead); // no more has arrived: not an error, and not the end
        session.IsRetryFlagSet = true;
        return -1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint bio, byte* data, nuint length, nuint* written)
    {
        *written = length;
        return OpenSslSession.Calling!.PutOutput(new ReadOnlySpan<byte>(data, (int)length)) ? 1 : -1;
    }

    /// <summary>Says yes to a flush, as what is written needs none, and no to all that it does not know, among it kTLS.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Control(nint bio, int command, nint number, void* pointer) =>
        command == LibCrypto.BioCtrlFlush ? 1 : 0;
}
