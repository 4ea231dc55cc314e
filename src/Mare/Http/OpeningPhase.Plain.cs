// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare;

/// <content>A request that is no upgrade: the handler answers it, and the next request may follow. RFC 9112, section 9.3.</content>
internal sealed partial class OpeningPhase
{
    private const int MethodNotAllowed = 405;
    private const int ContentTooLarge = 413;
    private const int UpgradeRequired = 426;

    private static readonly KeyValuePair<string, string>[] AllowedMethods = [new("Allow", "GET, HEAD")];

    private PlainExchange? _exchange;
    private int _requests;
    private bool _closesNext;

    /// <summary>Gets whether a plain request is being answered.</summary>
    public bool IsAnswering => _state == State.Answering;

    /// <summary>Gets whether another request may follow the one that is being answered.</summary>
    public bool KeepsAlive =>
        !_closesNext && _reader.Head!.IsPersistent && _requests < _server.Options.HttpLimits.MaxRequests && !_server.IsStopping;

    /// <summary>Has the connection end behind the answer that is under way.</summary>
    public void CloseBehindAnswer() => _closesNext = true;

    /// <summary>Sends on what is left of an answer: the client has caught up.</summary>
    public void OnUnthrottled() => _exchange?.SendOn();

    /// <summary>Gives the client its time to take what was sent.</summary>
    public void AwaitClient() => _timer.Restart(_server.Options.HttpLimits.SendTimeout);

    /// <summary>Goes on to the next request, or to the end.</summary>
    public void Answered(bool closes)
    {
        _exchange = null;
        if (closes || _closesNext)
        {
            Close();
            return;
        }

        _reader.Dispose();
        _reader = new RequestReader(_server.HandshakeLimits, _connection.Tcp.Loop.Buffers);
        _state = State.Idle;
        _timer.Restart(_server.Options.HttpLimits.KeepAliveTimeout);
        _early.GiveBack();
    }

    private void AnswerPlain(RequestHead head)
    {
        if (_server.Options.HttpHandler is null)
        {
            Refuse(UpgradeRequired, "the request is no upgrade");
        }
        else if (head.Method is not ("GET" or "HEAD"))
        {
            Refuse(MethodNotAllowed, "the method is neither GET nor HEAD", "Method not allowed\n", AllowedMethods);
        }
        else if (head.HasBody)
        {
            // What follows is not read: where the body would end cannot matter then.
            Refuse(ContentTooLarge, "the request has a body", "A body is not taken\n", null);
        }
        else
        {
            var tcp = _connection.Tcp;
            _state = State.Answering;
            EndHandshake();
            _requests++;
            _timer.Restart(_server.Options.HandshakeTimeout);
            _exchange = new PlainExchange(this, _server, tcp, new PlainRequest(head, _client, tcp.RemoteEndPoint, tcp.LocalEndPoint, _server.IsDraining));
            _exchange.Begin();
        }
    }

    private void OnAnswerTimeout()
    {
        if (_exchange!.IsSending)
        {
            Log.HttpClientTooSlow(_server.Logger);
            _connection.Tcp.Abort();
        }
        else
        {
            Refuse(Unavailable, "the HTTP handler did not answer in time");
        }
    }
}
