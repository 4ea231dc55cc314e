// SPDX-License-Identifier: MIT
using Lori;
using Mare.Protocol;

namespace Mare.Bench.Load;

/// <summary>Is one connection to the server: opens as a WebSocket client, then stays idle until told to close.</summary>
internal class LoadClient(LoadClients clients, LoadTarget target) : TcpConnectionActor
{
    private ClientHandshake? _handshake;
    private bool _open;
    private bool _closing;

    /// <summary>Ends the connection: for WebSocket by a close frame, which the server answers, and then closes TCP.</summary>
    public void Finish()
    {
        _closing = true;
        if (!target.IsWebSocket)
        {
            Connection.Close();
            return;
        }

        Span<byte> frame = stackalloc byte[CloseFrame.MaxSize];
        Connection.Send(frame[..CloseFrame.Write(frame, CloseCode.Normal, "", Masking.NewKey())]);
    }

    /// <summary>Drops the connection, whatever the server says.</summary>
    public void Drop()
    {
        _closing = true;
        Connection.Abort();
    }

    protected override void OnStarted()
    {
        if (!target.IsWebSocket)
        {
            Open();
            return;
        }

        _handshake = new ClientHandshake();
        Connection.Send(_handshake.Request(target));
    }

    protected sealed override void OnReceived(Span<byte> data)
    {
        if (_closing) return;
        if (!_open)
        {
            if (!_handshake!.TryComplete(ref data)) return;
            Open();
        }

        if (!data.IsEmpty) OnMessages(data);
    }

    /// <summary>Takes what came after the handshake: an idle connection hears nothing.</summary>
    protected virtual void OnMessages(ReadOnlySpan<byte> data) => throw new LoadException("The server spoke on an idle connection.");

    protected override void OnUnhandledException(Exception exception)
    {
        clients.Fail(exception);
        Drop();
    }

    protected override void OnClosed(CloseCause cause)
    {
        if (!_closing) clients.Fail(new LoadException($"The server ended a connection: {cause}."));
        clients.Closed();
    }

    private void Open()
    {
        _handshake = null;
        _open = true;
        clients.Opened(this);
    }
}
