// SPDX-License-Identifier: MIT
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Lori.Tests.Listeners;

/// <summary>
/// Is the child process of <see cref="ExhaustionTests"/>: echoes under a lowered limit of descriptors, and answers on
/// standard output what is asked on standard input.
/// </summary>
internal static class ExhaustionServer
{
    public const string Argument = "--serve-until-exhausted";

    public static async Task<int> RunAsync(BackendKind backend)
    {
        using var log = new RecordingLog();
        using var loops = new EventLoopGroup(1, new EventLoopOptions { Backend = backend, LoggerFactory = log });
        var listener = new TestListener(loops, static _ => new EchoActor());
        await listener.ListenAsync(new ListenOptions { Host = "127.0.0.1" });
        Console.WriteLine(((System.Net.IPEndPoint)listener.EndPoints[0]).Port);
        while (Console.ReadLine() is { } question)
        {
            var answer = question switch
            {
                "connections" => loops.Loops[0].ConnectionCount,
                "failures" => log.CountOf(6),
                "turns" => loops.Loops[0].Statistics.Turns,
                // Not from /proc, which would need a descriptor.
                "cpu" => (long)Environment.CpuUsage.TotalTime.TotalMilliseconds,
                "open" => OpenThree(),
                "rest" => await RestAsync(loops.Loops[0]),
                _ => -1,
            };
            Console.WriteLine(answer.ToString(CultureInfo.InvariantCulture));
        }

        return 0;
    }

    /// <summary>Opens and closes three files, and says how many could be.</summary>
    private static long OpenThree()
    {
        var opened = new List<SafeFileHandle>();
        try
        {
            for (var i = 0; i < 3; i++) opened.Add(File.OpenHandle("/dev/null"));
        }
        catch (IOException)
        {
            // No descriptor was left: the count says so.
        }

        foreach (var handle in opened) handle.Dispose();
        return opened.Count;
    }

    /// <summary>Lets the loop's own timer count half a second.</summary>
    private static async Task<long> RestAsync(EventLoop loop)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = new EmptyActor(loop);
        actor.Post(a => a.StartTimer(TimeSpan.FromMilliseconds(500), _ => done.SetResult()));
        await done.Task;
        return 500;
    }
}
