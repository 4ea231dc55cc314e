// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Lori.Tls.OpenSsl;

/// <content>What libssl calls, through the functions of <see cref="OpenSslBio"/> and <see cref="OpenSslCallbacks"/>: nothing here throws.</content>
internal sealed unsafe partial class OpenSslSession
{
    private const int RetryRead = LibCrypto.BioFlagsRead | LibCrypto.BioFlagsShouldRetry;

    /// <summary>Copies what has arrived to where libssl wants it; -1 when there is nothing: not an error, and not the end.</summary>
    public int TakeInput(nint bio, byte* destination, nuint length)
    {
        var count = (int)Math.Min(length, (nuint)_inputLength);
        if (count == 0)
        {
            LibCrypto.BioSetFlags(bio, RetryRead);
            _isRetryFlagSet = true;
            return -1;
        }

        if (_isRetryFlagSet) LibCrypto.BioClearFlags(bio, RetryRead);
        _isRetryFlagSet = false;
        new ReadOnlySpan<byte>(_input, count).CopyTo(new Span<byte>(destination, count));
        _input += count;
        _inputLength -= count;
        return count;
    }

    /// <summary>Hands records over to be sent.</summary>
    public bool PutOutput(byte* records, nuint length)
    {
        if (_isReading)
        {
            _unaskedOutput += (int)length;
            if (_unaskedOutput > MaxUnaskedOutput) return false;
        }

        try
        {
            _events.WriteCiphertext(new ReadOnlySpan<byte>(records, (int)length));
            return true;
        }
        catch (Exception exception) // it goes on as soon as libssl's frames are left
        {
            _callbackError = exception;
            return false;
        }
    }

    /// <summary>Gives the connection the certificate of the name that the client asks for.</summary>
    public bool SelectCertificate(nint ssl)
    {
        try
        {
            var name = Marshal.PtrToStringUTF8((nint)LibSsl.GetServerName(ssl, 0));
            if (((OpenSslServerContext)_context).Select(ssl, name)) return true;
            _refusal = name is null ? "the client asked for no server name" : $"there is no certificate for {name}";
        }
        catch (Exception exception)
        {
            _callbackError = exception;
        }

        return false;
    }

    /// <summary>Chooses the first protocol of this side that the client offers too.</summary>
    /// <param name="offer">The client's, each behind a byte of its length.</param>
    /// <returns>Where in <paramref name="offer"/> its length byte stands; -1 when none is offered.</returns>
    public int SelectProtocol(ReadOnlySpan<byte> offer)
    {
        try
        {
            return ((OpenSslServerContext)_context).SelectProtocol(offer);
        }
        catch (Exception exception)
        {
            _callbackError = exception;
            return -1;
        }
    }

    /// <summary>Judges the peer's certificate.</summary>
    public bool Verify(nint verification)
    {
        if (_context.Verifier is not { } verifier) return true;
        try
        {
            using var certificate = ToManaged(LibCrypto.VerificationGetCertificate(verification));
            var sent = new X509Certificate2Collection();
            var stack = LibCrypto.VerificationGetUntrusted(verification);
            for (var i = 0; i < LibCrypto.StackCount(stack); i++) sent.Add(ToManaged(LibCrypto.StackItem(stack, i)));
            _refusal = verifier.Judge(certificate, sent, _loop.TimeProvider.GetUtcNow(), out var status);
            foreach (var other in sent) other.Dispose();
            if (_refusal is null) return true;
            LibCrypto.VerificationSetError(verification, OpenSslErrors.VerificationErrorOf(status));
        }
        catch (CryptographicException exception) // the peer's bytes: what cannot be read is not trusted
        {
            _refusal = $"the certificate cannot be read: {exception.Message}";
            LibCrypto.VerificationSetError(verification, OpenSslErrors.VerificationErrorOf(X509ChainStatusFlags.InvalidBasicConstraints));
        }
        catch (Exception exception)
        {
            _callbackError = exception;
        }

        return false;
    }

    /// <summary>Takes over a session that the server has given a ticket for.</summary>
    public void KeepSession(nint session) => ((OpenSslClientContext)_context).Keep(session);

    private static X509Certificate2 ToManaged(nint certificate)
    {
        var length = LibCrypto.CertificateToDer(certificate, null);
        if (length <= 0) throw OpenSslErrors.Exception("A certificate cannot be encoded");
        var der = new byte[length];
        fixed (byte* start = der)
        {
            var next = start;
            _ = LibCrypto.CertificateToDer(certificate, &next);
        }

        return X509CertificateLoader.LoadCertificate(der);
    }
}
