// SPDX-License-Identifier: MIT
using Lori.Tests.Connecting;
using Lori.Tests.Connections;
using Lori.Tests.Listeners;

namespace Lori.Tests.Backends.Sockets;

public sealed class SocketsRealConnectTests() : RealConnectTests(BackendKind.Sockets);

public sealed class SocketsRealSocketTests() : RealSocketTests(BackendKind.Sockets)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Adopt_ASocketThatIsDisposedAllTheSame_BreaksItsConnectionOnly(bool sends)
    {
        var loop = Loops.Loops[0];
        var (other, otherServer) = Pair();
        new EchoActor().Adopt(loop, otherServer);
        var (client, server) = Pair();
        using (other)
        using (client)
        {
            var actor = new EchoActor();
            actor.Adopt(loop, server);
            Client.AssertEchoes(client);
            // On the loop, so that what it does next meets it.
            actor.Post(a =>
            {
                server.Dispose();
                if (sends) a.Connection.Send(new byte[100_000]);
            });
            Assert.Equal(CloseCause.Broken, await actor.Closed.WaitAsync(Client.Deadline, TestContext.Current.CancellationToken));
            Client.AssertEchoes(other);
        }
    }
}

public sealed class SocketsListenTests() : ListenTests(BackendKind.Sockets);

public sealed class SocketsRealAcceptTests() : RealAcceptTests(BackendKind.Sockets);

public sealed class SocketsUnixSocketTests() : UnixSocketTests(BackendKind.Sockets);
