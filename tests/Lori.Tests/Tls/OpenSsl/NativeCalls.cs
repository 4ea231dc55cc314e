// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lori.Tls.OpenSsl;

namespace Lori.Tests.Tls.OpenSsl;

/// <summary>Makes a session do what Lori never asks for. Unsafe: it calls libssl by address.</summary>
internal static unsafe class NativeCalls
{
    private const ulong NoRenegotiation = 1UL << 30;

    private static readonly nint Library = NativeLibrary.Load("libssl.so.3");

    /// <summary>Leaves an error in the thread's queue, as other code might.</summary>
    public static bool LeaveAnError()
    {
        var garbage = stackalloc byte[4];
        var next = garbage;
        return LibCrypto.CertificateFromDer(null, &next, 4) == 0;
    }

    /// <summary>Asks for a change of both sides' keys; it goes out before what is sent next.</summary>
    public static void RequestKeyUpdate(OpenSslSession session) =>
        Assert.Equal(1, ((delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(Library, "SSL_key_update"))(Ssl(session), 1));

    /// <summary>Asks for a new handshake, and sends its hello.</summary>
    public static void Renegotiate(OpenSslSession session)
    {
        ((delegate* unmanaged<nint, ulong, ulong>)NativeLibrary.GetExport(Library, "SSL_clear_options"))(Ssl(session), NoRenegotiation);
        Assert.Equal(1, ((delegate* unmanaged<nint, int>)NativeLibrary.GetExport(Library, "SSL_renegotiate"))(Ssl(session)));
        session.Receive([]); // what is due is written by the next call, whatever it is
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_ssl")]
    private static extern ref nint Ssl(OpenSslSession session);
}
