// SPDX-License-Identifier: MIT
using System.Text;
using Lori;
using Mare.Protocol;

namespace Mare;

/// <summary>
/// Is what a connection does before it is a WebSocket: reads a request, then upgrades it, answers it as plain HTTP and reads
/// the next one, or refuses it and ends. Gone once the connection is open. Loop only. RFC 6455, section 4.2.
/// </summary>
internal sealed partial class OpeningPhase : IDisposable
{
    public const int ServerError = 500;

    private const int Forbidden = 403;
    private const int NotFound = 404;
    private const int RequestTimeout = 408;
    private const int Misdirected = 421; // RFC 9110, section 15.5.20
    private const int Unavailable = 503;

    private readonly WebSocketConnection _connection;
    private readonly ServerCore _server;
    private readonly LoopTimer _timer;
    private readonly EarlyInput _early;
    private RequestReader _reader;
    private ClientFacts _client; // of the request that was read last
    private State _state;
    private bool _isHead;

    public OpeningPhase(WebSocketConnection connection)
    {
        _connection = connection;
        _server = connection.Server;
        _early = new EarlyInput(connection);
        var loop = connection.Tcp.Loop;
        _reader = new RequestReader(_server.HandshakeLimits, loop.Buffers);
        _timer = connection.Timer;
        _timer.Restart(_server.Options.HandshakeTimeout);
    }

    private enum State : byte
    {
        /// <summary>A request is awaited, or has come in part.</summary>
        Reading,

        /// <summary>A plain request was answered; the next may come.</summary>
        Idle,

        /// <summary>The actor of an upgrade is asked.</summary>
        Deciding,

        /// <summary>The handler of a plain request is asked, or its answer is being sent.</summary>
        Answering,

        /// <summary>Nothing is read any more.</summary>
        Ended,
    }

    /// <summary>Takes received bytes; gives back how many of them belong to requests. The rest are frames.</summary>
    public int Read(ReadOnlySpan<byte> data)
    {
        var rest = data;
        while (true)
        {
            switch (_state)
            {
                case State.Ended:
                    // Frames follow. (An actor that closed in OnOpen still awaits the peer's close frame.) Behind a refused
                    // request nothing is read.
                    return _connection.WasOpened ? data.Length - rest.Length : data.Length;
                case State.Deciding or State.Answering:
                    _early.Keep(rest);
                    return data.Length;
                case State.Idle when !rest.IsEmpty:
                    _state = State.Reading;
                    _timer.Restart(_server.Options.HandshakeTimeout);
                    if (!TryBeginHandshake()) return data.Length;
                    break;
            }

            if (!ReadHead(ref rest)) return data.Length;
        }
    }

    /// <summary>Answers with a status and ends the connection, unless it was answered.</summary>
    public void Refuse(int status, string detail) => Refuse(status, detail, null, null);

    /// <summary>Ends the connection since the server stops. An answer that is under way comes to its end.</summary>
    public void Stop()
    {
        if (_state == State.Answering) _closesNext = true;
        else if (_state == State.Idle) Close();
        else Refuse(Unavailable, "the server is stopping");
    }

    /// <summary>Hears that the time of what it does is over.</summary>
    public void OnTimeout()
    {
        switch (_state)
        {
            case State.Reading:
                _server.Count(_connection.Tcp.Loop, Counted.HandshakeTimedOut);
                Refuse(RequestTimeout, "the request did not arrive in time");
                break;
            case State.Deciding:
                Refuse(RequestTimeout, "the application did not decide in time");
                break;
            case State.Answering:
                OnAnswerTimeout();
                break;
            default:
                Close();
                break;
        }
    }

    /// <summary>Gives back what is held.</summary>
    public void Dispose()
    {
        if (_state == State.Ended) return;
        _state = State.Ended;
        EndHandshake();
        _timer.Cancel();
        _reader.Dispose();
        _early.Release();
        _exchange?.Abandon();
    }

    private bool ReadHead(ref ReadOnlySpan<byte> rest)
    {
        switch (_reader.Read(ref rest))
        {
            case RequestReadStatus.Complete:
                Judge(_reader.Head!);
                return true;
            case RequestReadStatus.Failed:
                if (_reader.Error is HandshakeError.RequestTooLarge or HandshakeError.TargetTooLong)
                    _server.Count(_connection.Tcp.Loop, Counted.HandshakeTooLarge);
                Refuse(_reader.Error, _reader.ErrorDetail);
                return true;
            default:
                return false;
        }
    }

    private void Judge(RequestHead head)
    {
        _isHead = head.Method == "HEAD";
        var result = OpeningHandshake.Validate(head);
        if (result.Kind == HandshakeResultKind.Refused) Refuse(result.Error, result.Detail);
        else if (!_server.Forwarding.TryRead(head, _connection.RemoteEndPoint, _connection.IsEncrypted, out _client)) RefuseForwarded();
        else if (!_connection.TryAdmitClient(_client.Address)) RefuseAddress();
        else if (!_server.Hosts.Allows(_client.Host, _client.IsEncrypted)) RefuseHost();
        else if (result.Kind == HandshakeResultKind.Plain) AnswerPlain(head);
        else if (_server.IsDraining) RefuseDraining();
        else if (!_server.Origins.Allows(head.Headers["Origin"], _client.Host, _client.IsEncrypted)) RefuseOrigin();
        else if (!_connection.TryTakeSeat()) RefuseFull();
        else Ask(head, result);
    }

    private void RefuseForwarded() => Refuse(HandshakeError.InvalidHttp, "The Forwarded header of the proxy is malformed.");

    private void RefuseDraining() => Refuse(Unavailable, "the server drains", "The server is about to stop\n", null);

    private void RefuseHost()
    {
        _server.Count(_connection.Tcp.Loop, Counted.HostRefused);
        Refuse(Misdirected, "the Host is not among AllowedHosts", "This server does not answer for that host\n", null);
    }

    private void RefuseOrigin()
    {
        _server.Count(_connection.Tcp.Loop, Counted.OriginRefused);
        Refuse(Forbidden, "the Origin is neither the server's own nor among AllowedOrigins", "The origin of this page is not allowed\n", null);
    }

    private void Refuse(HandshakeError error, string detail) => Refuse(HandshakeResponse.StatusOf(error), detail, $"{error}: {detail}\n", null);

    private void Refuse(int status, string detail, string? body, IReadOnlyCollection<KeyValuePair<string, string>>? headers)
    {
        if (_state == State.Ended) return;
        Log.HandshakeRefused(_server.Logger, status, detail);
        var tcp = _connection.Tcp;
        var scratch = LoopCompanion.Of(tcp.Loop).Scratch;
        scratch.ResetWrittenCount();
        HandshakeResponse.WriteRefusal(
            scratch, status, null, headers, Encoding.UTF8.GetBytes(body ?? ""), ContentTypeOf(body, headers), _isHead,
            tcp.Loop.TimeProvider.GetUtcNow());
        tcp.WriteWire(scratch.WrittenSpan);
        tcp.AfterWrite();
        Close();
    }

    /// <summary>Ends the connection, behind what is on the wire.</summary>
    private void Close()
    {
        Dispose();
        _connection.Tcp.Close();
        _connection.NotOpened();
    }

    private static string? ContentTypeOf(string? body, IReadOnlyCollection<KeyValuePair<string, string>>? headers)
    {
        var isGiven = headers?.Any(static h => h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)) ?? false;
        return body is null || isGiven ? null : "text/plain; charset=utf-8";
    }
}
