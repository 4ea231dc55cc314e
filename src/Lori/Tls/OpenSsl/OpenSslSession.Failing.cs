// SPDX-License-Identifier: MIT
namespace Lori.Tls.OpenSsl;

internal sealed unsafe partial class OpenSslSession
{
    /// <summary>Makes an event of an error that ends the connection.</summary>
    /// <param name="error">What SSL_get_error says, asked right behind the call.</param>
    private void Fail(int error)
    {
        var wasOpen = _phase == Phase.Open;
        _phase = Phase.Ended;
        var text = OpenSslErrors.Take(out var reason);
        var failure = wasOpen ? TlsFailure.Protocol : OpenSslErrors.FailureOf(reason);
        if (_unaskedOutput > MaxUnaskedOutput) (failure, text) = (TlsFailure.Protocol, "the peer asks for too many new keys or handshakes");
        else if (OpenSslErrors.PeerAlert(reason) is { } alert) (failure, text) = (TlsFailure.RefusedByPeer, $"the peer sent alert {alert} ({text})");
        else if (_refusal is not null) text = _refusal;
        else if (error == LibSsl.ErrorZeroReturn) (failure, text) = (TlsFailure.RefusedByPeer, "the peer sent close_notify within the handshake");
        else if (_isNotTls && !wasOpen) (failure, text) = (TlsFailure.NotTls, "what the peer sent first is no TLS handshake");
        _events.OnTlsFailed(failure, text);
    }
}
