// SPDX-License-Identifier: MIT
using Lori;
using Mare.Protocol;

namespace Mare;

public sealed partial class WebSocketConnection
{
    void ITcpConnectionEvents.OnReceived(Span<byte> data)
    {
        if (_opening is not null)
        {
            data = data[_opening.Read(data)..];
            if (data.IsEmpty) return;
        }

        ReceiveFrames(data);
    }

    private void ReceiveFrames(Span<byte> data)
    {
        // The actor may have paused in OnOpen, with frames right behind the request.
        if (_tcp.IsReadingPaused)
        {
            _tcp.Park(data);
            return;
        }

        var (isAhead, length) = (IsHeld, data.Length);
        ReadFrames(data);
        if (isAhead) CountReadAhead(length);
        if (_meter is not null) MeterBytes();
    }

    void ITcpConnectionEvents.OnPeerClosed()
    {
        // Without a close frame first this is an abnormal end, unless this side had begun to close.
        LeaveOpen();
        // A client that asked for a page may send no more and still wait for it.
        if (_opening is { IsAnswering: true }) _opening.CloseBehindAnswer();
        else if (_opening is not null) _tcp.Close();
        else EndTcp();
    }

    private void ReadFrames(Span<byte> data)
    {
        while (!_tcp.IsDropped && _protocol.TryRead(ref data, out var e))
        {
            switch (e.Kind)
            {
                case ProtocolEventKind.Binary:
                    if (_meter is not null && !TakesMessage()) return;
                    if (IsHeld) HoldMessage(e.Kind, e.Payload);
                    else DeliverBinary(e.Payload);
                    break;
                case ProtocolEventKind.Text:
                    if (_meter is not null && !TakesMessage()) return;
                    if (IsHeld) HoldMessage(e.Kind, e.Payload);
                    else DeliverText(e.Payload);
                    break;
                case ProtocolEventKind.Ping:
                    if (!TakesControlFrame()) return;
                    AnswerPing(e.Payload);
                    break;
                case ProtocolEventKind.Pong:
                    if (!TakesControlFrame()) return;
                    if (!TakePong(e.Payload)) DeliverPong(e.Payload);
                    break;
                case ProtocolEventKind.Close:
                    OnPeerClose(e.Status, e.Payload);
                    return;
                default:
                    FailConnection(e.Error);
                    return;
            }

            if (_tcp.HasNotifications) _tcp.DeliverThrottling();
            if (!_tcp.IsReadingPaused) continue;
            _tcp.Park(data);
            return;
        }
    }

    private void DeliverText(ReadOnlySpan<byte> utf8)
    {
        _loop.EnterCallback(_actor!, "OnTextMessage");
        try
        {
            _actor!.HandleTextMessage(utf8);
        }
        catch (Exception e)
        {
            OnActorException(e);
        }
        finally
        {
            _loop.ExitCallback();
        }
    }

    private void DeliverBinary(ReadOnlySpan<byte> data)
    {
        _loop.EnterCallback(_actor!, "OnBinaryMessage");
        try
        {
            _actor!.HandleBinaryMessage(data);
        }
        catch (Exception e)
        {
            OnActorException(e);
        }
        finally
        {
            _loop.ExitCallback();
        }
    }

    private void DeliverPong(ReadOnlySpan<byte> payload)
    {
        _loop.EnterCallback(_actor!, "OnPong");
        try
        {
            _actor!.HandlePong(payload);
        }
        catch (Exception e)
        {
            OnActorException(e);
        }
        finally
        {
            _loop.ExitCallback();
        }
    }
}
