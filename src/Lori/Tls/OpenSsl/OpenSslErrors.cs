// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Lori.Tls.OpenSsl;

/// <summary>Takes errors from OpenSSL's queue, which each thread has one of. Unsafe: texts are given by address.</summary>
internal static unsafe class OpenSslErrors
{
    /// <summary>An error's code: 8 bits of library, 23 of reason, of which an alert by the peer is 1000 and its number.</summary>
    private const int ReasonMask = 0x7FFFFF;
    private const int LibraryShift = 23;
    private const int LibraryMask = 0xFF;
    private const int SslLibrary = 20;
    private const int PeerAlertBase = 1000;

    /// <summary>Takes all errors of this thread's queue, so that none is taken for one of a later call.</summary>
    /// <param name="reason">The reason code of the first error of libssl, or 0.</param>
    /// <returns>The texts of the errors, or "no reason given".</returns>
    public static string Take(out int reason)
    {
        reason = 0;
        string? text = null;
        for (var error = LibCrypto.GetError(); error != 0; error = LibCrypto.GetError())
        {
            if (reason == 0 && ((int)(error >> LibraryShift) & LibraryMask) == SslLibrary) reason = (int)error & ReasonMask;
            var part = Describe(error);
            // The same reason is often given at each level of the call.
            if (text is null) text = part;
            else if (!text.Contains(part, StringComparison.Ordinal)) text = $"{text}; {part}";
        }
        return text ?? "no reason given";
    }

    /// <summary>Gets the number of the fatal alert that the peer sent, if that is what the reason says; else null.</summary>
    public static int? PeerAlert(int reason) => reason is >= PeerAlertBase and < PeerAlertBase + 256 ? reason - PeerAlertBase : null;

    /// <summary>Gets what the reason for a failed handshake means.</summary>
    public static TlsFailure FailureOf(int reason) => reason switch
    {
        134 /* CERTIFICATE_VERIFY_FAILED */ or 199 /* PEER_DID_NOT_RETURN_A_CERTIFICATE */ => TlsFailure.CertificateRefused,
        155 /* HTTPS_PROXY_REQUEST */ or 156 /* HTTP_REQUEST */ => TlsFailure.NotTls,
        101 /* NO_SUITABLE_KEY_SHARE */ or 118 /* NO_SUITABLE_SIGNATURE_ALGORITHM */ or 193 /* NO_SHARED_CIPHER */
            or 234 /* CALLBACK_FAILED: the server's name */ or 235 /* NO_APPLICATION_PROTOCOL */ or 258 /* UNSUPPORTED_PROTOCOL */
            or 376 /* NO_SHARED_SIGNATURE_ALGORITHMS */ or 396 /* VERSION_TOO_LOW */ or 410 /* NO_SHARED_GROUPS */
            => TlsFailure.NothingInCommon,
        _ => TlsFailure.Protocol,
    };

    /// <summary>Gets OpenSSL's code (X509_V_ERR_*) for why a certificate is refused: it chooses the alert that is sent.</summary>
    public static int VerificationErrorOf(X509ChainStatusFlags status)
    {
        if (status.HasFlag(X509ChainStatusFlags.Revoked)) return 23; // certificate_revoked
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid)) return 10; // certificate_expired
        if ((status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0) return 20; // unknown_ca
        if (status.HasFlag(X509ChainStatusFlags.NotSignatureValid)) return 7; // decrypt_error
        return status.HasFlag(X509ChainStatusFlags.NotValidForUsage) ? 26 /* unsupported_certificate */ : 28; // bad_certificate
    }

    /// <summary>Makes an exception of what OpenSSL says, for what a caller did wrong.</summary>
    public static CryptographicException Exception(string what) => new($"{what}: {Take(out _)}.");

    private static string Describe(nuint error)
    {
        var reason = LibCrypto.ReasonString(error);
        if (reason is not null) return Marshal.PtrToStringUTF8((nint)reason)!;
        var text = stackalloc byte[256];
        LibCrypto.ErrorString(error, text, 256);
        return Marshal.PtrToStringUTF8((nint)text)!;
    }
}
