// SPDX-License-Identifier: MIT
using System.Net;

namespace Lori.Tests;

/// <summary>Returns what it receives; for tests over real sockets, whose loops run on their own threads.</summary>
internal sealed class EchoActor : TcpConnectionActor
{
    private readonly TaskCompletionSource<CloseCause> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<(EndPoint? Remote, EndPoint? Local)> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public new TcpConnection Connection => base.Connection;

    /// <summary>Gets or sets what happens first, instead of nothing.</summary>
    public Action<EchoActor>? WhenStarted { get; set; }

    /// <summary>Gets or sets what happens to received bytes, instead of their return.</summary>
    public Action<EchoActor>? WhenReceived { get; set; }

    /// <summary>Gets the end points, once the connection has started.</summary>
    public Task<(EndPoint? Remote, EndPoint? Local)> Started => _started.Task;

    /// <summary>Gets why the connection ended, once it has.</summary>
    public Task<CloseCause> Closed => _closed.Task;

    protected override void OnStarted()
    {
        WhenStarted?.Invoke(this);
        _started.SetResult((Connection.RemoteEndPoint, Connection.LocalEndPoint));
    }

    protected override void OnReceived(Span<byte> data)
    {
        if (WhenReceived is null) Connection.Send(data);
        else WhenReceived(this);
    }

    protected override void OnClosed(CloseCause cause) => _closed.SetResult(cause);
}
