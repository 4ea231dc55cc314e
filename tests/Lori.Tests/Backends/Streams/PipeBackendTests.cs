// SPDX-License-Identifier: MIT
using System.IO.Pipelines;
using System.Net;
using Lori.Backends;
using Lori.Backends.Streams;

namespace Lori.Tests.Backends.Streams;

/// <summary>Runs the contract on pipes.</summary>
public sealed class PipeBackendTests : StreamBackendContract
{
    private static readonly IPEndPoint Peer = new(IPAddress.Loopback, 2);

    private protected override EndPoint ServerEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 1);

    // Unread bytes stay in the pipe; who completes it says what the other end sees.
    private protected override bool ResetsWhenUnread => false;

    private protected override bool TellsResetWhileStopped => false;

    private protected override (AcceptedSocket Socket, ContractPeer Peer) ConnectPair()
    {
        // The peer's writes never wait, as the kernel's buffers hardly ever do.
        var toServer = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var toPeer = new Pipe();
        var pipe = new DuplexPipe(toServer.Reader, toPeer.Writer);
        return (AcceptedStream.Of(pipe, ServerEndPoint, Peer), new PipePeer(toPeer.Reader, toServer.Writer, Peer));
    }
}
