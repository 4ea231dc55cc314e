// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Lori.Backends.Epoll;

/// <summary>Ends a wait from any thread, through an eventfd.</summary>
internal sealed unsafe class EpollWaker(int descriptor) : IEpollTarget
{
    private readonly Lock _gate = new();
    private bool _closed;

    public int Descriptor => descriptor;

    public void OnEvents(uint events)
    {
        ulong count;
        _ = Libc.Read(descriptor, &count, sizeof(ulong));
    }

    /// <summary>Signals; harmless after <see cref="Close"/>, so that a late poster cannot write to a reused descriptor.</summary>
    public void Signal()
    {
        lock (_gate)
        {
            if (_closed) return;
            ulong one = 1;
            _ = Libc.Write(descriptor, &one, sizeof(ulong));
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            if (Libc.Close(descriptor) != 0) throw new System.ComponentModel.Win32Exception(Marshal.GetLastPInvokeError());
        }
    }
}
