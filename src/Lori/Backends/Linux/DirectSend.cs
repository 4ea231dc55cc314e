// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Lori.Backends.Linux;

/// <summary>Sends before the call returns, as much as the socket takes now.</summary>
/// <remarks>Unsafe: the kernel reads what is sent by its address, within the call.</remarks>
internal static unsafe class DirectSend
{
    /// <summary>Sends bytes from where they are.</summary>
    /// <param name="descriptor">The socket.</param>
    /// <param name="head">What goes first.</param>
    /// <param name="data">What goes behind it.</param>
    /// <returns>The bytes that were taken; 0 where it takes none now; -1 where it is broken, of which the thread has the error.</returns>
    public static int Send(int descriptor, ReadOnlySpan<byte> head, ReadOnlySpan<byte> data)
    {
        fixed (byte* first = head)
        fixed (byte* second = data)
        {
            var vectors = stackalloc Libc.IoVector[2];
            vectors[0] = new Libc.IoVector { Base = first, Length = (nuint)head.Length };
            vectors[1] = new Libc.IoVector { Base = second, Length = (nuint)data.Length };
            var message = new Libc.MessageHeader { Vectors = vectors, VectorCount = 2 };
            return Send(descriptor, &message, Libc.MsgNoSignal);
        }
    }

    /// <summary>Sends what a message describes. As the other overload.</summary>
    public static int Send(int descriptor, Libc.MessageHeader* message, int flags)
    {
        nint sent;
        do sent = Libc.SendMessage(descriptor, message, flags | Libc.MsgDontWait);
        while (sent < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        if (sent >= 0) return (int)sent;
        return Marshal.GetLastPInvokeError() == Errno.Again ? 0 : -1;
    }
}
