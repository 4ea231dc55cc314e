// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Lori;
using Mare.Protocol;

namespace Mare.Bench.Load;

/// <summary>Is one connection to the server: opens as a WebSocket client, then stays idle until told to close.</summary>
[SuppressMessage("Design", "CA1001", Justification = "OnClosed, which always comes, disposes the reader.")]
internal class LoadClient(LoadClients clients, LoadTarget target) : TcpConnectionActor
{
    private ClientResponseReader? _answer;
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

        var handshake = new ClientHandshake(target.EndPoint.ToString(), "/");
        var request = new ArrayBufferWriter<byte>();
        handshake.WriteRequest(request);
        _answer = new ClientResponseReader(handshake, new HandshakeLimits(), ArrayPool<byte>.Shared);
        Connection.Send(request.WrittenSpan);
    }

    protected sealed override void OnReceived(Span<byte> data)
    {
        if (_closing) return;
        ReadOnlySpan<byte> messages = data;
        if (!_open && !TryOpen(ref messages)) return;
        if (!messages.IsEmpty) OnMessages(messages);
    }

    /// <summary>Takes what came after the handshake: an idle connection hears nothing.</summary>
    protected virtual void OnMessages(ReadOnlySpan<byte> data) => throw new LoadException("The server spoke on an idle connection.");

    protected override void OnConnectFailure(ConnectException error) => clients.Fail(error);

    protected override void OnUnhandledException(Exception exception)
    {
        clients.Fail(exception);
        Drop();
    }

    protected override void OnClosed(CloseCause cause)
    {
        DisposeAnswer();
        if (!_closing) clients.Fail(new LoadException($"The server ended a connection: {cause}."));
        clients.Closed();
    }

    private bool TryOpen(ref ReadOnlySpan<byte> data)
    {
        switch (_answer!.Read(ref data))
        {
            case ResponseReadStatus.NeedMore:
                return false;
            case ResponseReadStatus.Declined:
                throw new LoadException($"The server refused the handshake with status {_answer.Head!.StatusCode}.");
            case ResponseReadStatus.Failed:
                throw new LoadException($"The server's handshake is wrong: {_answer.ErrorDetail}");
        }

        DisposeAnswer();
        Open();
        return true;
    }

    private void DisposeAnswer()
    {
        _answer?.Dispose();
        _answer = null;
    }

    private void Open()
    {
        _open = true;
        clients.Opened(this);
    }
}
