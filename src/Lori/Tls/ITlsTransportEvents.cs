// SPDX-License-Identifier: MIT
using Lori.Backends;

namespace Lori.Tls;

/// <summary>Is told what happens on a <see cref="TlsTransport"/>: as of any transport, and what becomes of TLS. Loop only.</summary>
internal interface ITlsTransportEvents : ITransportEvents
{
    /// <summary>Hears, once, that the handshake is complete.</summary>
    void OnTlsStarted();

    /// <summary>
    /// Hears, once, that TLS has failed. What is due (an alert, an answer) goes out before the end, if the callee closes without
    /// a reset; what still comes is handed over as it is, only to be thrown away.
    /// </summary>
    void OnTlsFailed(TlsFailure failure, string detail);

    /// <summary>Hears, once and instead, that the handshake was given up for another's: nothing is due, and the end is to be at once.</summary>
    void OnTlsGivenUp(TlsFailure failure, string detail);
}
