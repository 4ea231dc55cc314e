// SPDX-License-Identifier: MIT
using Lori;
using Mare.Cli.Bench.Traffic;

namespace Mare.Cli.Bench.Loads;

/// <summary>Is a TCP connection of a load, to a server that sends back what it gets: the floor under a WebSocket echo.</summary>
internal sealed class RawConnection(Load load, Lane lane) : TcpConnectionActor, ILoadConnection
{
    private bool _isFinished;

    public Lane Lane => lane;

    public void Connect(ConnectOptions options) => _ = ConnectAsync(load.Loop, options);

    public SendStatus Send(ReadOnlySpan<byte> bytes) => Connection.Send(bytes);

    /// <summary>Resets: the end that closes first would keep the port for a minute, and there are not enough of them.</summary>
    public void Finish() => Drop();

    public void Drop()
    {
        _isFinished = true;
        Connection.Abort();
    }

    protected override void OnStarted() => load.Opened(this, Connection.RemoteEndPoint, compression: null);

    protected override void OnReceived(Span<byte> data)
    {
        if (load.Traffic is not { } traffic || _isFinished) return;
        var messages = traffic.TakeForeseen(lane, ref data);
        if (messages > 0) load.Received(this, messages);
        if (data.IsEmpty) return;
        load.Fail(new BenchException($"What came on connection {lane.Number} is not message {lane.Received}, from byte {lane.Offset} of its frame on"));
    }

    protected override void OnConnectFailure(ConnectException error) => load.Ended(this, error.Message.TrimEnd('.'));

    protected override void OnClosed(CloseCause cause) => load.Ended(this, _isFinished ? null : $"The server ended the connection ({cause})");
}
