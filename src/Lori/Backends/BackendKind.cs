// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Names a way to reach the kernel.</summary>
public enum BackendKind
{
    /// <summary>The best that this system has; the environment variable LORI_BACKEND overrides.</summary>
    Auto,

    /// <summary>Linux epoll.</summary>
    Epoll,

    /// <summary>System.Net.Sockets, on every system. Its completions need the thread pool: work that holds the pool's threads holds it up.</summary>
    Sockets,

    /// <summary>Linux io_uring, from Linux 6.1 on, where the system permits it (many containers do not).</summary>
    IoUring,
}
