// SPDX-License-Identifier: MIT
namespace Lori.Backends.IoUring;

/// <summary>Names what not every kernel's io_uring has, and what the backend can do without.</summary>
[Flags]
internal enum IoUringFeatures
{
    None = 0,

    /// <summary>Completions are worked out when the loop waits, not whenever it calls the kernel (Linux 6.1).</summary>
    DeferTaskRun = 1,

    /// <summary>Submissions have no index array (6.6).</summary>
    NoIndexArray = 2,

    /// <summary>A submission that is in error does not hold up those behind it (5.18).</summary>
    SubmitAll = 4,

    /// <summary>A waiting loop does not count as waiting for a disk (6.15).</summary>
    NoIoWait = 8,

    /// <summary>One receive delivers again and again (6.0).</summary>
    ReceiveMultishot = 16,

    /// <summary>One accept takes connection after connection (5.19).</summary>
    AcceptMultishot = 32,

    /// <summary>A receive buffer is used up piece by piece (6.12).</summary>
    IncrementalBuffers = 64,

    /// <summary>...and given up when little of it is left (7.0, and later patches of others).</summary>
    LeastLeft = 128,

    All = (1 << 8) - 1,
}
