// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Says that a certificate cannot be loaded or used, which, and why, in one sentence.</summary>
public sealed class TlsCertificateException : IOException
{
    /// <summary>Makes an error.</summary>
    public TlsCertificateException()
    {
    }

    /// <summary>Makes an error.</summary>
    public TlsCertificateException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an error with its cause.</summary>
    public TlsCertificateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
