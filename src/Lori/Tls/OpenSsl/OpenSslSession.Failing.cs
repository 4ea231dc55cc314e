// SPDX-License-Identifier: MIT
namespace Lori.Tls.OpenSsl;

internal sealed unsafe partial class OpenSslSession
{
    /// <summary>Makes an event of an error that ends the connection.</summary>
    /// <param name="error">What SSL_get_error says, asked right behind the call.</param>
    private void Fail(int error)
    {
        var (failure, detail) = Explain(error);
        End(failure, detail);
    }

    private void End(TlsFailure failure, string detail)
    {
        _phase = Phase.Ended;
        _events.OnTlsFailed(failure, detail);
    }

    /// <summary>Finds out why a call failed, and empties the thread's queue of errors.</summary>
    private (TlsFailure Failure, string Detail) Explain(int error)
    {
        var text = OpenSslErrors.Take(out var reason);
        if (_unaskedOutput > MaxUnaskedOutput) return (TlsFailure.Protocol, "the peer asks for too many new keys or handshakes");
        if (OpenSslErrors.PeerAlert(reason) is { } alert) return (TlsFailure.RefusedByPeer, $"the peer sent alert {alert} ({text})");
        if (_phase == Phase.Open) return (TlsFailure.Protocol, text);
        if (error == LibSsl.ErrorZeroReturn) return (TlsFailure.RefusedByPeer, "the peer sent close_notify within the handshake");
        if (_isNotTls) return (TlsFailure.NotTls, "what the peer sent first is no TLS handshake");
        return (OpenSslErrors.FailureOf(reason), _refusal ?? text);
    }
}
