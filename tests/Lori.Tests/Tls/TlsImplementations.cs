// SPDX-License-Identifier: MIT
using Lori.Tls.OpenSsl;

namespace Lori.Tests.Tls;

/// <summary>Names the implementations that every test of TLS runs over.</summary>
internal static class TlsImplementations
{
    public static TheoryData<TlsImplementation> All { get; } = OpenSslLibrary.IsAvailable
        ? [TlsImplementation.SslStream, TlsImplementation.OpenSsl]
        : [TlsImplementation.SslStream];
}
