// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Mare.Backends;

namespace Lori.Tests.Listeners;

/// <summary>Takes all descriptors of a child process: it must survive, not spin, and recover.</summary>
public sealed class ExhaustionTests
{
    private const int DescriptorLimit = 200;
    private const int Clients = 260;

    [Theory]
    [InlineData(BackendKind.Epoll)]
    [InlineData(BackendKind.Sockets)]
    [InlineData(BackendKind.IoUring)]
    public async Task Descriptors_Exhausted_AreSurvivedWithoutABusyLoopAndRecoveredFrom(BackendKind backend)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Lowering the limit needs a POSIX shell, and epoll Linux.");
        if (backend == BackendKind.IoUring) IoUringMachine.SkipUnlessAllowed();
        using var child = StartChild(backend);
        var endPoint = new IPEndPoint(IPAddress.Loopback, (int)await ReadAsync(child));
        Client.AssertEchoes(endPoint);
        // What the child runs later it loads now: the runtime itself does not survive to load code without descriptors.
        foreach (var question in (string[])["rest", "failures", "connections", "turns", "cpu", "open"]) await AskAsync(child, question);

        var sockets = Enumerable.Range(0, Clients).Select(_ => Client.Connect(endPoint)).ToList();
        var began = Stopwatch.GetTimestamp();
        while (await AskAsync(child, "failures") == 0)
            Assert.True(Stopwatch.GetElapsedTime(began) < Client.Deadline, $"exhausting: {await AskAsync(child, "connections")} connections");

        Assert.InRange(await AskAsync(child, "connections"), 1, DescriptorLimit);
        Client.AssertEchoes(sockets[0]);
        var (turns, cpu) = (await AskAsync(child, "turns"), await AskAsync(child, "cpu"));
        await AskAsync(child, "rest");
        // At most a retry each 50 ms, and the questions; a busy loop takes many thousands.
        Assert.InRange(await AskAsync(child, "turns") - turns, 1, 100);
        Assert.InRange(await AskAsync(child, "cpu") - cpu, 0, 400);
        Assert.Equal(1, await AskAsync(child, "failures"));
        // The rest of the process still has some: without, the runtime aborts sooner or later.
        Assert.Equal(3, await AskAsync(child, "open"));

        foreach (var socket in sockets[..200]) socket.Dispose();
        // Those that waited are served now, and a new one.
        foreach (var socket in sockets[200..]) Client.AssertEchoes(socket);
        Client.AssertEchoes(endPoint);
        foreach (var socket in sockets[200..]) socket.Dispose();
        child.StandardInput.Close();
        Assert.True(child.WaitForExit(Client.Deadline), "the child does not end");
        Assert.Equal(0, child.ExitCode);
    }

    private static Process StartChild(BackendKind backend)
    {
        var self = Environment.ProcessPath!;
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"ulimit -n {DescriptorLimit.ToString(CultureInfo.InvariantCulture)}; exec \"$@\"");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(self);
        // Under the "dotnet" command the program is this assembly.
        if (Path.GetFileNameWithoutExtension(self) == "dotnet") start.ArgumentList.Add(typeof(ExhaustionTests).Assembly.Location);
        start.ArgumentList.Add(ExhaustionServer.Argument);
        start.ArgumentList.Add(backend.ToString());
        return Process.Start(start)!;
    }

    private static async Task<long> AskAsync(Process child, string question)
    {
        await child.StandardInput.WriteLineAsync(question);
        await child.StandardInput.FlushAsync();
        return await ReadAsync(child);
    }

    private static async Task<long> ReadAsync(Process child)
    {
        var line = await child.StandardOutput.ReadLineAsync().WaitAsync(Client.Deadline);
        Assert.True(line is not null, "the child has died");
        return long.Parse(line, CultureInfo.InvariantCulture);
    }
}
