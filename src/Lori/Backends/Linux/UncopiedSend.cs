// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Lori.Backends.Linux;

/// <summary>Sends bytes from where they are, before the call returns.</summary>
/// <remarks>Unsafe: the kernel reads them by address, while they are fixed.</remarks>
internal static unsafe class UncopiedSend
{
    /// <summary>Sends what the socket takes now.</summary>
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
            nint sent;
            do sent = Libc.SendMessage(descriptor, &message, Libc.MsgNoSignal | Libc.MsgDontWait);
            while (sent < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
            if (sent >= 0) return (int)sent;
            return Marshal.GetLastPInvokeError() == Errno.Again ? 0 : -1;
        }
    }
}
