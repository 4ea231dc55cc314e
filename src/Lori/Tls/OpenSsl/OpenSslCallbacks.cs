// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lori.Tls.OpenSsl;

/// <summary>
/// Holds the functions that libssl calls. Unsafe: it calls them with addresses; no exception may pass its frames, so what they
/// call catches all.
/// </summary>
/// <remarks>
/// libssl calls back only from inside a call that a session makes, so the session is found in a field of the thread:
/// native memory refers to nothing managed, and no handle is kept per connection.
/// </remarks>
internal static unsafe class OpenSslCallbacks
{
    private const int AlertUnrecognizedName = 112; // RFC 6066, section 3

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Read(nint bio, byte* buffer, nuint length, nuint* read)
    {
        var taken = OpenSslSession.Calling!.TakeInput(bio, buffer, length);
        *read = (nuint)Math.Max(taken, 0);
        return taken > 0 ? 1 : -1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Write(nint bio, byte* data, nuint length, nuint* written)
    {
        *written = length;
        return OpenSslSession.Calling!.PutOutput(data, length) ? 1 : -1;
    }

    /// <summary>Says yes to a flush, as what is written needs none, and no to all that it does not know, kernel TLS among it.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static nint Control(nint bio, int command, nint number, void* pointer) => command == LibCrypto.BioCtrlFlush ? 1 : 0;

    /// <summary>Comes when a client's hello was read, also when it names no server.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int SelectCertificate(nint ssl, int* alert, nint argument)
    {
        if (OpenSslSession.Calling!.SelectCertificate(ssl)) return LibSsl.CallbackOk;
        *alert = AlertUnrecognizedName;
        return LibSsl.CallbackAlertFatal;
    }

    /// <summary>Comes only when the client offers protocols.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int SelectProtocol(nint ssl, byte** selected, byte* selectedLength, byte* offer, uint offerLength, nint argument)
    {
        var at = OpenSslSession.Calling!.SelectProtocol(new ReadOnlySpan<byte>(offer, (int)offerLength));
        if (at < 0) return LibSsl.CallbackAlertFatal; // no_application_protocol: RFC 7301, section 3.2
        *selected = offer + at + 1;
        *selectedLength = offer[at];
        return LibSsl.CallbackOk;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Verify(nint verification, nint argument) => OpenSslSession.Calling!.Verify(verification) ? 1 : 0;

    /// <summary>Comes on the client, for each ticket, with a reference that is taken over.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int KeepSession(nint ssl, nint session)
    {
        OpenSslSession.Calling!.KeepSession(session);
        return 1;
    }
}
