// SPDX-License-Identifier: MIT
using Lori.Backends.Epoll;
using Lori.Backends.IoUring;
using Lori.Backends.Sockets;

namespace Lori.Backends;

/// <summary>Chooses a backend by what the system can do.</summary>
internal static class BackendSelector
{
    /// <summary>Resolves <see cref="BackendKind.Auto"/>: by the environment variable, then by capability.</summary>
    /// <param name="wanted">What the options say.</param>
    /// <param name="refusal">Why it is not io_uring, where that was to be expected; else null.</param>
    public static BackendKind Choose(BackendKind wanted, out string? refusal) =>
        Choose(wanted, Environment.GetEnvironmentVariable(EventLoopOptions.BackendVariable), out refusal);

    public static BackendKind Choose(BackendKind wanted, string? name, out string? refusal)
    {
        refusal = null;
        if (wanted == BackendKind.Auto && !string.IsNullOrEmpty(name) && !TryParse(name, out wanted))
        {
            throw new PlatformNotSupportedException(
                $"{EventLoopOptions.BackendVariable} is \"{name}\", which is no backend; use auto, io_uring, epoll or sockets.");
        }

        if (wanted != BackendKind.Auto) return wanted;
        if (!OperatingSystem.IsLinux()) return BackendKind.Sockets;
        refusal = IoUringSupport.Refusal ?? IoUringSupport.Drawback;
        return refusal is null ? BackendKind.IoUring : BackendKind.Epoll;
    }

    /// <summary>Finds a backend by its name, as <see cref="Backend.Name"/> or the enumeration has it.</summary>
    public static bool TryParse(string name, out BackendKind kind) =>
        Enum.TryParse(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out kind) && Enum.IsDefined(kind);

    public static Backend Create(BackendKind kind, EventLoopOptions options) => kind switch
    {
        BackendKind.Epoll when OperatingSystem.IsLinux() => new EpollBackend(options),
        BackendKind.IoUring when IoUringSupport.Refusal is null => new IoUringBackend(options),
        BackendKind.IoUring => throw new PlatformNotSupportedException($"io_uring cannot be used: {IoUringSupport.Refusal}."),
        BackendKind.Sockets => new SocketsBackend(options),
        _ => throw new PlatformNotSupportedException($"The backend {kind} does not exist on this system."),
    };
}
