// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Lori.Backends.Linux;

/// <summary>Ends a wait from any thread: an eventfd, which its backend watches.</summary>
internal sealed unsafe class Waker
{
    private readonly Lock _gate = new();
    private bool _closed;

    public Waker()
    {
        Descriptor = Libc.EventFd(0, Libc.EfdNonblockCloexec);
        if (Descriptor < 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), "eventfd failed");
    }

    public int Descriptor { get; }

    /// <summary>Signals; harmless after <see cref="Close"/>, so that a late poster cannot write to a reused descriptor. Any thread.</summary>
    public void Signal()
    {
        lock (_gate)
        {
            if (_closed) return;
            ulong one = 1;
            _ = Libc.Write(Descriptor, &one, sizeof(ulong));
        }
    }

    /// <summary>Forgets the signals until now. Loop only.</summary>
    public void Clear()
    {
        ulong count;
        _ = Libc.Read(Descriptor, &count, sizeof(ulong));
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            if (Libc.Close(Descriptor) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }
}
