// SPDX-License-Identifier: MIT
using Lori.Backends.Epoll;
using Lori.Backends.IoUring;
using Lori.Backends.Sockets;

namespace Lori.Backends;

/// <summary>Chooses a backend by what the system can do.</summary>
internal static class BackendSelector
{
    /// <summary>Resolves <see cref="BackendKind.Auto"/>: by the environment variable, then by capability.</summary>
    public static BackendKind Choose(BackendKind wanted) =>
        Choose(wanted, Environment.GetEnvironmentVariable(EventLoopOptions.BackendVariable));

    public static BackendKind Choose(BackendKind wanted, string? name)
    {
        if (wanted == BackendKind.Auto
            && !string.IsNullOrEmpty(name)
            && !TryParse(name, out wanted))
        {
            throw new PlatformNotSupportedException(
                $"{EventLoopOptions.BackendVariable} is \"{name}\", which is no backend; use auto, io_uring, epoll or sockets.");
        }

        if (wanted != BackendKind.Auto) return wanted;
        return OperatingSystem.IsLinux() ? BackendKind.Epoll : BackendKind.Sockets;
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
