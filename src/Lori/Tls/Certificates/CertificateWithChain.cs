// SPDX-License-Identifier: MIT
using System.Security.Cryptography.X509Certificates;

namespace Lori.Tls;

/// <summary>Is a certificate with its private key, and those that lead from it to a root. Immutable; nobody disposes of it.</summary>
/// <param name="certificate">The certificate, which has a private key.</param>
/// <param name="chain">The intermediates, the issuer of the certificate first; may be empty.</param>
internal sealed class CertificateWithChain(X509Certificate2 certificate, X509Certificate2Collection chain)
{
    public X509Certificate2 Certificate => certificate;

    public X509Certificate2Collection Chain => chain;
}
