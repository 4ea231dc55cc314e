// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace Lori.Tests.Listeners;

/// <summary>Listens on Unix domain sockets, on each backend that has them.</summary>
public abstract class UnixSocketTests(BackendKind backend) : IDisposable
{
    private readonly EventLoopGroup _loops = RealLoops.Start(1, backend);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lori-");

    private string SocketPath => Path.Combine(_folder.FullName, "s");

    public void Dispose()
    {
        _loops.Dispose();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task UnixSocket_Listened_EchoesAndItsFileGoesAtTheEnd()
    {
        EchoActor? actor = null;
        var listener = new TestListener(_loops, _ => actor = new EchoActor());
        await listener.ListenAsync(Options());
        using var client = Client.Connect(new UnixDomainSocketEndPoint(SocketPath));
        Client.AssertEchoes(client);
        Assert.Null((await actor!.Started).Remote);
        await listener.StopListeningAsync();
        Assert.False(File.Exists(SocketPath));
        Client.AssertEchoes(client);
    }

    [Fact]
    public async Task UnixSocket_FileOfAServerThatIsGone_IsReplaced()
    {
        LeaveStaleSocket();
        Assert.True(File.Exists(SocketPath));
        await Listen();
        Client.AssertEchoes(new UnixDomainSocketEndPoint(SocketPath));
    }

    [Fact]
    public async Task UnixSocket_ServerIsAlive_IsInUse()
    {
        await Listen();
        var e = await Assert.ThrowsAsync<ListenException>(Listen);
        Assert.Equal(SocketError.AddressAlreadyInUse, e.SocketErrorCode);
        Client.AssertEchoes(new UnixDomainSocketEndPoint(SocketPath));
    }

    [Fact]
    public async Task UnixSocket_PlainFileInItsPlace_IsLeftAlone()
    {
        await File.WriteAllTextAsync(SocketPath, "somebody's", TestContext.Current.CancellationToken);
        var e = await Assert.ThrowsAsync<ListenException>(Listen);
        Assert.Equal(SocketError.AddressAlreadyInUse, e.SocketErrorCode);
        Assert.Equal("somebody's", await File.ReadAllTextAsync(SocketPath, TestContext.Current.CancellationToken));
    }

    private ListenOptions Options() => new() { UnixSocketPath = SocketPath };

    private Task Listen() => new TestListener(_loops, static _ => new EchoActor()).ListenAsync(Options());

    /// <summary>Leaves what a server leaves that was killed: a socket file on which nobody listens.</summary>
    private void LeaveStaleSocket()
    {
        var elsewhere = Path.Combine(_folder.FullName, "bound");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(elsewhere));
            File.Move(elsewhere, SocketPath); // out of the reach of its owner, who would remove it
        }
    }
}
