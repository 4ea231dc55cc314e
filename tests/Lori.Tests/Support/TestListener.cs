// SPDX-License-Identifier: MIT
using System.Net;

namespace Lori.Tests;

/// <summary>Listens and makes the actors that a test wants.</summary>
internal sealed class TestListener(EventLoopGroup loops, Func<EndPoint?, TcpConnectionActor?> accept) : TcpListenerActor(loops)
{
    public List<string> Calls { get; } = [];

    public Action? WhenListening { get; set; }

    protected override TcpConnectionActor? OnAccept(EndPoint? remoteEndPoint) => accept(remoteEndPoint);

    protected override void OnListening()
    {
        Calls.Add("OnListening");
        WhenListening?.Invoke();
    }

    protected override void OnListenFailure(ListenException error) => Calls.Add("OnListenFailure");
}
