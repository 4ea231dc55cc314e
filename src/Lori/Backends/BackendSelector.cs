// SPDX-License-Identifier: MIT
using Lori.Backends.Epoll;
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
            && (!Enum.TryParse(name, ignoreCase: true, out wanted) || !Enum.IsDefined(wanted)))
        {
            throw new PlatformNotSupportedException(
                $"{EventLoopOptions.BackendVariable} is \"{name}\", which is no backend; use auto, epoll or sockets.");
        }

        if (wanted != BackendKind.Auto) return wanted;
        return OperatingSystem.IsLinux() ? BackendKind.Epoll : BackendKind.Sockets;
    }

    public static Backend Create(BackendKind kind, EventLoopOptions options) => kind switch
    {
        BackendKind.Epoll when OperatingSystem.IsLinux() => new EpollBackend(options),
        BackendKind.Sockets => new SocketsBackend(options),
        _ => throw new PlatformNotSupportedException($"The backend {kind} does not exist on this system."),
    };
}
