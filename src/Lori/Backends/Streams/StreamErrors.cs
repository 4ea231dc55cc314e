// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace Lori.Backends.Streams;

/// <summary>Maps what a stream throws to what a socket would have said.</summary>
internal static class StreamErrors
{
    public static SocketError ToSocketError(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is not SocketException e) continue;
            // EPIPE: the peer's reset came before this write.
            return e.SocketErrorCode is SocketError.Shutdown or SocketError.ConnectionAborted
                ? SocketError.ConnectionReset
                : e.SocketErrorCode;
        }

        return SocketError.SocketError;
    }
}
