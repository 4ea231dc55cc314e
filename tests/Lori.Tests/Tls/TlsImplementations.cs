// SPDX-License-Identifier: MIT
namespace Lori.Tests.Tls;

/// <summary>Names the implementations that every test of TLS runs over.</summary>
internal static class TlsImplementations
{
    public static TheoryData<TlsImplementation> All { get; } = [TlsImplementation.SslStream];
}
