// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net.Sockets;
using Lori.Backends.Linux;

namespace Lori;

/// <summary>
/// Knows the listening sockets that a service manager has opened for this process and handed over: systemd's socket
/// activation (<c>LISTEN_FDS</c>, <c>LISTEN_PID</c>, <c>LISTEN_FDNAMES</c>). Any thread. Linux only; elsewhere there are none.
/// </summary>
/// <remarks>
/// Looked at once, at the first use: the descriptors are closed to programs that this one starts from then on (CLOEXEC), and
/// the variables removed, so that none of those takes them for its own. Each can be listened on once; see
/// <see cref="ListenOptions.InheritedSocket"/>.
/// </remarks>
public static class InheritedSockets
{
    /// <summary>The name that stands for all of them.</summary>
    public const string All = "*";

    private const string CountVariable = "LISTEN_FDS";
    private const string ProcessVariable = "LISTEN_PID";
    private const string NamesVariable = "LISTEN_FDNAMES";
    private const string Unnamed = "unknown"; // what sd_listen_fds_with_names(3) calls those without a name
    private const int FirstDescriptor = 3; // SD_LISTEN_FDS_START
    private const int MostDescriptors = 4096; // more than any unit has; a bound for what the variable may make us do

    private static readonly Lock Gate = new();
    private static List<(int Descriptor, string Name)>? _left;

    /// <summary>
    /// Gets the names of those that were not listened on yet, in their order: what <c>FileDescriptorName=</c> says, by default the
    /// name of the socket unit. Empty when the process was started in any other way.
    /// </summary>
    public static IReadOnlyList<string> Names
    {
        get
        {
            lock (Gate) return [.. Left().Select(static s => s.Name)];
        }
    }

    /// <summary>Takes those of a name, or all.</summary>
    /// <exception cref="ListenException">There is none, or what is there does not listen.</exception>
    internal static IReadOnlyList<InheritedEndPoint> Take(string name)
    {
        lock (Gate)
        {
            var wanted = Left().Where(s => name == All || s.Name == name).ToList();
            if (wanted.Count == 0)
            {
                var there = _left!.Count == 0 ? "this process was handed none" : $"those that are left are called {string.Join(", ", _left.Select(static s => s.Name))}";
                throw new ListenException($"Cannot listen on the inherited socket \"{name}\": {there} (LISTEN_FDS, LISTEN_FDNAMES).");
            }

            _left!.RemoveAll(wanted.Contains);
            return wanted.ConvertAll(static s => new InheritedEndPoint(Open(s.Descriptor, s.Name), s.Name));
        }
    }

    /// <summary>Reads the variables: which descriptors there are, if they are meant for this process.</summary>
    internal static List<(int Descriptor, string Name)> Parse(int processId, string? process, string? count, string? names)
    {
        // Of a process that was started by the one they were meant for, they are none of its business.
        if (!int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id != processId) return [];
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > MostDescriptors) return [];
        var given = names?.Split(':') ?? [];
        return [.. Enumerable.Range(0, number).Select(i => (FirstDescriptor + i, i < given.Length && given[i].Length > 0 ? given[i] : Unnamed))];
    }

    private static List<(int Descriptor, string Name)> Left()
    {
        if (_left is not null) return _left;
        if (!OperatingSystem.IsLinux()) return _left = [];
        _left = Parse(
            Environment.ProcessId,
            Environment.GetEnvironmentVariable(ProcessVariable),
            Environment.GetEnvironmentVariable(CountVariable),
            Environment.GetEnvironmentVariable(NamesVariable));
        foreach (var (descriptor, _) in _left) _ = Libc.ControlFile(descriptor, Libc.SetDescriptorFlags, Libc.CloseOnExec);
        foreach (var variable in (string[])[ProcessVariable, CountVariable, NamesVariable]) Environment.SetEnvironmentVariable(variable, null);
        return _left;
    }

    private static Socket Open(int descriptor, string name)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
            var listens = socket.SocketType == SocketType.Stream
                && (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection)! != 0;
            if (listens) return socket;
        }
        catch (SocketException)
        {
            // No socket at all.
        }

        socket?.Dispose();
        throw new ListenException($"Cannot listen on the inherited socket \"{name}\": descriptor {descriptor} is no listening stream socket (in a unit: ListenStream=, Accept=no).");
    }
}
