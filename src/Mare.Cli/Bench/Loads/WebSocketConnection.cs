// SPDX-License-Identifier: MIT
using Lori;
using Mare.Cli.Bench.Traffic;
using Mare.Cli.Client;
using Mare.Protocol;

namespace Mare.Cli.Bench.Loads;

/// <summary>Is a WebSocket connection of a load.</summary>
internal sealed class WebSocketConnection(Load load, Lane lane, ClientHandshake handshake, WebSocketClientOptions options)
    : WebSocketClient(handshake, options), ILoadConnection
{
    private bool _isFinished;

    public Lane Lane => lane;

    public void Connect(ConnectOptions options) => _ = ConnectAsync(load.Loop, options);

    public SendStatus Send(ReadOnlySpan<byte> bytes) => IsOpen ? Connection.Send(bytes) : SendStatus.Closed;

    public void Finish()
    {
        _isFinished = true;
        Close();
    }

    public void Drop()
    {
        _isFinished = true;
        Connection.Abort();
    }

    protected override void OnOpen(string? subprotocol)
    {
        load.Opened(this, Connection.RemoteEndPoint, Compression);
    }

    protected override void OnFrames(ref Span<byte> data)
    {
        if (load.Traffic is not { } traffic) return;
        var messages = traffic.TakeForeseen(lane, ref data);
        if (messages > 0) load.Received(this, messages);
        if (data.IsEmpty || lane.Offset == 0) return;
        // The frame began as foreseen and goes on otherwise: it is read from its beginning.
        var begun = traffic.TakenOfNext(lane);
        lane.Offset = 0;
        ReadFrames(begun);
    }

    protected override void OnTextMessage(ReadOnlySpan<byte> utf8) => Check(utf8);

    protected override void OnBinaryMessage(ReadOnlySpan<byte> data) => Check(data);

    protected override void OnEnded(WebSocketClientEnd end) => load.Ended(this, _isFinished ? null : end.Error ?? $"The server closed the connection: {end.Describe()}");

    private void Check(ReadOnlySpan<byte> message)
    {
        // A server may greet; what does not belong to the load's own messages is nothing to it.
        if (load.Traffic is not { } traffic || _isFinished) return;
        if (traffic.Check(lane, message) is { } difference) load.Fail(new BenchException(difference));
        else load.Received(this, 1);
    }
}
