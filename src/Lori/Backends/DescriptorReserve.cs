// SPDX-License-Identifier: MIT
using Lori.Backends.Linux;

namespace Lori.Backends;

/// <summary>
/// Holds a few descriptors that are given up when accepting has taken all others, so that the rest of the process still
/// has some: the .NET runtime itself aborts when it finds none at the wrong moment (an idle pool thread ends after 20 s).
/// On Linux only; elsewhere it holds none.
/// </summary>
internal sealed class DescriptorReserve
{
    // What a runtime or a log file opens at a time; one listener's cost.
    private static readonly int Size = OperatingSystem.IsLinux() ? 4 : 0;

    private readonly Stack<int> _held = new();

    /// <summary>Takes the reserve, or as much as there is; false when it is not whole.</summary>
    public bool TryFill()
    {
        while (_held.Count < Size)
        {
            var descriptor = Libc.EventFd(0, Libc.EfdNonblockCloexec);
            if (descriptor < 0) return false;
            _held.Push(descriptor);
        }

        return true;
    }

    public void Release()
    {
        while (_held.TryPop(out var descriptor)) _ = Libc.Close(descriptor);
    }
}
