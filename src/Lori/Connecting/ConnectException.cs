// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace Lori;

/// <summary>Says that a connection was not made, and why, in one sentence.</summary>
public sealed class ConnectException : IOException
{
    /// <summary>Makes an error with its reason.</summary>
    public ConnectException(ConnectFailure reason, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Reason = reason;
    }

    /// <summary>Makes an error.</summary>
    public ConnectException()
    {
    }

    /// <summary>Makes an error of another reason.</summary>
    public ConnectException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an error of another reason, with its cause.</summary>
    public ConnectException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets why the connection was not made.</summary>
    public ConnectFailure Reason { get; }

    /// <summary>Gets what the system said; <see cref="SocketError.Success"/> when it was not asked.</summary>
    public SocketError SocketErrorCode => InnerException is SocketException e ? e.SocketErrorCode : SocketError.Success;
}
