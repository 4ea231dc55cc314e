// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mare.Backends;

namespace Lori.Tests.Listeners;

/// <summary>Listens on sockets that systemd has opened: what it says of them, and a real child process that is handed two.</summary>
public sealed class InheritedSocketTests
{
    [Theory]
    [InlineData("42", "1", null, "3 unknown")]
    [InlineData("42", "2", "web:admin", "3 web,4 admin")]
    [InlineData("42", "3", "web:", "3 web,4 unknown,5 unknown")]
    [InlineData("42", "1", "web:admin", "3 web")]
    [InlineData("42", "0", "", "")]
    [InlineData("43", "1", "web", "")]
    [InlineData("", "1", "web", "")]
    [InlineData(null, "1", "web", "")]
    [InlineData("42x", "1", "web", "")]
    [InlineData("42", null, "web", "")]
    [InlineData("42", "-1", "web", "")]
    [InlineData("42", "4097", "web", "")]
    [InlineData("42", "99999999999", "web", "")]
    public void Variables_OfAProcess_SayItsDescriptors(string? process, string? count, string? names, string expected) => Assert.Equal(
        expected,
        string.Join(',', InheritedSockets.Parse(42, process, count, names).Select(static s => $"{s.Descriptor} {s.Name}")));

    [Fact]
    public async Task InheritedSocket_WhereNoneWasHandedOver_IsOneClearError()
    {
        using var loops = RealLoops.Start(1, BackendKind.Auto);
        var listener = new TestListener(loops, static _ => null);
        var e = await Assert.ThrowsAsync<ListenException>(() => listener.ListenAsync(new ListenOptions { InheritedSocket = "web" }));
        Assert.Equal("Cannot listen on the inherited socket \"web\": this process was handed none (LISTEN_FDS, LISTEN_FDNAMES).", e.Message);
        Assert.Empty(InheritedSockets.Names);
    }

    [Fact]
    public async Task InheritedSocket_WithoutAName_IsACallersMistake()
    {
        using var loops = RealLoops.Start(1, BackendKind.Auto);
        var listener = new TestListener(loops, static _ => null);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => listener.ListenAsync(new ListenOptions { InheritedSocket = " " }));
    }

    [Theory]
    [InlineData(BackendKind.Epoll)]
    [InlineData(BackendKind.IoUring)]
    [InlineData(BackendKind.Sockets)]
    public async Task Child_OfSystemd_ServesWhatItWasHandedAndHandsItToNobody(BackendKind backend)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Socket activation is Linux's.");
        if (backend == BackendKind.IoUring) IoUringMachine.SkipUnlessAllowed();
        var path = Path.Combine(Path.GetTempPath(), $"lori-{Guid.NewGuid():N}.sock");
        var port = FreePort();
        using var child = Start(path, port, backend);
        try
        {
            using var first = await ConnectAsync(child, path);
            Assert.Equal("ready", await ReadAsync(child));
            Client.AssertEchoes(first);
            var second = new IPEndPoint(IPAddress.Loopback, port);
            Client.AssertEchoes(second);

            Assert.Equal("first,second", await AskAsync(child, "names"));
            Assert.Equal("", await AskAsync(child, "left"));
            Assert.Equal($"{path} {second}", await AskAsync(child, "addresses"));
            Assert.Equal("", await AskAsync(child, "variables"));
            Assert.Equal("end", await AskAsync(child, "child"));
            Assert.Contains("this process was handed none", await AskAsync(child, "again"), StringComparison.Ordinal);

            Assert.Equal("stopped", await AskAsync(child, "stop"));
            Client.AssertEchoes(first); // connections live on
            Assert.True(File.Exists(path), "the file of an inherited socket is not the child's to remove");
            child.StandardInput.Close();
            Assert.True(child.WaitForExit(Client.Deadline), "the child does not end");
            Assert.Equal(0, child.ExitCode);
        }
        finally
        {
            if (!child.HasExited) child.Kill(entireProcessTree: true);
            File.Delete(path);
        }
    }

    private static Process Start(string path, int port, BackendKind backend)
    {
        var self = Environment.ProcessPath!;
        var start = new ProcessStartInfo("systemd-socket-activate")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            "--listen", path, "--listen", $"127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}", "--fdname", "first:second",
            // Where the runtime stands, for a program that looks for it.
            "--setenv", $"DOTNET_ROOT={Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../.."))}",
            self,
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // Under the "dotnet" command the program is this assembly.
        if (Path.GetFileNameWithoutExtension(self) == "dotnet") start.ArgumentList.Add(typeof(InheritedSocketTests).Assembly.Location);
        start.ArgumentList.Add(InheritedServer.Argument);
        start.ArgumentList.Add(backend.ToString());
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            const string Missing = "systemd-socket-activate is missing (Debian: apt install systemd).";
            if (Environment.GetEnvironmentVariable("MARE_REQUIRE_TOOLS") == "1") Assert.Fail(Missing);
            Assert.Skip(Missing);
            throw;
        }
    }

    /// <summary>Connects, once it says that it listens: with the first connection it starts the program.</summary>
    private static async Task<Socket> ConnectAsync(Process child, string path)
    {
        var listening = 0;
        while (listening < 2)
        {
            var line = await child.StandardError.ReadLineAsync().WaitAsync(Client.Deadline);
            Assert.True(line is not null, "systemd-socket-activate has ended");
            if (line.StartsWith("Listening on ", StringComparison.Ordinal)) listening++;
        }

        return Client.Connect(new UnixDomainSocketEndPoint(path));
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static async Task<string> AskAsync(Process child, string question)
    {
        await child.StandardInput.WriteLineAsync(question);
        await child.StandardInput.FlushAsync();
        return await ReadAsync(child);
    }

    private static async Task<string> ReadAsync(Process child)
    {
        var line = await child.StandardOutput.ReadLineAsync().WaitAsync(Client.Deadline);
        Assert.True(line is not null, "the child has died");
        return line;
    }
}
