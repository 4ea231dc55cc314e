// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace Lori.Tests.Listeners;

/// <summary>
/// Is the child process of <see cref="InheritedSocketTests"/>, started by systemd-socket-activate: echoes on the sockets that it
/// was handed, and answers on standard output what is asked on standard input.
/// </summary>
internal static class InheritedServer
{
    public const string Argument = "--serve-inherited";

    public static async Task<int> RunAsync(BackendKind backend)
    {
        using var loops = new EventLoopGroup(1, new EventLoopOptions { Backend = backend });
        var names = InheritedSockets.Names;
        var first = new TestListener(loops, static _ => new EchoActor());
        await first.ListenAsync(new ListenOptions { InheritedSocket = "first" });
        var rest = new TestListener(loops, static _ => new EchoActor());
        await rest.ListenAsync(new ListenOptions { InheritedSocket = InheritedSockets.All });
        Console.WriteLine("ready");
        while (Console.ReadLine() is { } question)
        {
            Console.WriteLine(question switch
            {
                "names" => string.Join(',', names),
                "left" => string.Join(',', InheritedSockets.Names),
                "addresses" => string.Join(' ', first.EndPoints.Concat(rest.EndPoints)),
                "variables" => string.Join(',', Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(static v => v.StartsWith("LISTEN_", StringComparison.Ordinal))),
                "child" => await RunChildAsync(),
                "again" => await FailAsync(loops),
                "stop" => await StopAsync(first, rest),
                _ => "?",
            });
        }

        return 0;
    }

    /// <summary>Says what a program that is started from here finds: its variables, and whether descriptor 3 or 4 is a socket.</summary>
    private static async Task<string> RunChildAsync()
    {
        const string Script = "for fd in 3 4; do case \"$(readlink /proc/$$/fd/$fd)\" in socket:*) echo \"socket $fd\";; esac; done; env | grep LISTEN_; echo end";
        using var child = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script]) { RedirectStandardOutput = true })!;
        var output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        return output.Trim().ReplaceLineEndings(" ");
    }

    private static async Task<string> FailAsync(EventLoopGroup loops)
    {
        try
        {
            await new TestListener(loops, static _ => null).ListenAsync(new ListenOptions { InheritedSocket = "first" });
            return "listens";
        }
        catch (ListenException e)
        {
            return e.Message;
        }
    }

    private static async Task<string> StopAsync(TestListener first, TestListener rest)
    {
        await first.StopListeningAsync();
        await rest.StopListeningAsync();
        return "stopped";
    }
}
