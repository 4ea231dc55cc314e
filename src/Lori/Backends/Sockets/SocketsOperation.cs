// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace Lori.Backends.Sockets;

/// <summary>
/// Is one asynchronous call to a socket, used again and again. It completes on a thread of the pool, where it only goes
/// into the backend's queue. Loop only, but for that.
/// </summary>
internal sealed class SocketsOperation : SocketAsyncEventArgs
{
    private readonly SocketsBackend? _backend;

    public SocketsOperation(SocketsBackend? backend)
        : base(unsafeSuppressExecutionContextFlow: true)
    {
        _backend = backend;
    }

    /// <summary>Gets or sets whose it is; null once that is gone, and nobody waits for the result.</summary>
    public ISocketsTarget? Owner { get; set; }

    /// <summary>Gets or sets the next in the queue that it is in.</summary>
    public SocketsOperation? Next { get; set; }

    protected override void OnCompleted(SocketAsyncEventArgs e) => _backend!.Complete(this);
}
