// SPDX-License-Identifier: MIT
using Lori;
using Mare.Protocol;
using Microsoft.Extensions.Logging;

namespace Mare;

/// <summary>Names every line that Mare logs. Event ids are stable. No line holds what a peer sent, nor a query string.</summary>
internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Information, "Listening on {EndPoint}")]
    public static partial void Listening(ILogger logger, WebSocketServerEndPoint endPoint);

    [LoggerMessage(102, LogLevel.Information, "Stopping: {Count} connections get 1001 and {Seconds} s")]
    public static partial void Stopping(ILogger logger, long count, double seconds);

    [LoggerMessage(103, LogLevel.Warning, "Stopped with {Count} connections dropped at the deadline")]
    public static partial void StoppedAtDeadline(ILogger logger, long count);

    [LoggerMessage(104, LogLevel.Information, "Stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(105, LogLevel.Warning, "Stopped while callbacks of {Count} actors were still pending")]
    public static partial void CallbacksLeft(ILogger logger, long count);

    [LoggerMessage(106, LogLevel.Information, "Draining: {Count} connections get {Code} over {Seconds} s")]
    public static partial void Draining(ILogger logger, long count, int code, double seconds);

    [LoggerMessage(107, LogLevel.Information, "Drained: {Clean} connections closed cleanly, {Lost} were lost, {Dropped} were dropped")]
    public static partial void Drained(ILogger logger, int clean, int lost, int dropped);

    [LoggerMessage(108, LogLevel.Warning, "The runtime does not export its zlib: compression falls back on DeflateStream, which is slower")]
    public static partial void CompressionFallsBack(ILogger logger);

    [LoggerMessage(109, LogLevel.Warning, "{Option} was met: {Outcome}. Told once a minute at most; WebSocketServer.Statistics counts")]
    public static partial void LimitMet(ILogger logger, string option, string outcome);

    [LoggerMessage(117, LogLevel.Warning, "Stopping does not wait for an event loop any longer: a callback on it has not returned")]
    public static partial void LoopHeld(ILogger logger);

    [LoggerMessage(110, LogLevel.Debug, "Connection opened")]
    public static partial void Opened(ILogger logger);

    [LoggerMessage(111, LogLevel.Debug, "Connection closed: {Status} by {Initiator} ({Cause})")]
    public static partial void Closed(ILogger logger, CloseStatus status, CloseInitiator initiator, CloseCause cause);

    [LoggerMessage(112, LogLevel.Debug, "Handshake refused with {Status}: {Detail}")]
    public static partial void HandshakeRefused(ILogger logger, int status, string detail);

    [LoggerMessage(113, LogLevel.Debug, "Connection failed: {Error}")]
    public static partial void Failed(ILogger logger, ProtocolError error);

    [LoggerMessage(114, LogLevel.Debug, "The peer did not answer the close frame in time")]
    public static partial void CloseTimedOut(ILogger logger);

    [LoggerMessage(115, LogLevel.Debug, "An HTTP client was too slow to take its response")]
    public static partial void HttpClientTooSlow(ILogger logger);

    [LoggerMessage(116, LogLevel.Debug, "The peer answered no ping; the connection is dropped")]
    public static partial void PeerDead(ILogger logger);

    [LoggerMessage(120, LogLevel.Error, "A callback of {Actor} failed; its connection is closed with 1011")]
    public static partial void ActorFailed(ILogger logger, string actor, Exception exception);

    [LoggerMessage(121, LogLevel.Error, "OnUpgradeRequest of {Actor} failed; the request is answered with 500")]
    public static partial void UpgradeFailed(ILogger logger, string actor, Exception exception);

    // Without the name: it may be all that the client offered, its token included.
    [LoggerMessage(122, LogLevel.Error, "OnUpgradeRequest of {Actor} chose a subprotocol that the client did not offer; the request is answered with 500")]
    public static partial void SubprotocolNotOffered(ILogger logger, string actor);

    [LoggerMessage(125, LogLevel.Error, "OnUpgradeRequest of {Actor} chose a bearer token as the subprotocol, which would send it back; the request is answered with 500")]
    public static partial void SubprotocolIsToken(ILogger logger, string actor);

    [LoggerMessage(123, LogLevel.Error, "The HTTP handler failed; the request is answered with 500")]
    public static partial void HttpHandlerFailed(ILogger logger, Exception exception);

    [LoggerMessage(124, LogLevel.Error, "The HTTP handler answered with {Size} bytes, more than MaxResponseSize ({Limit}); the request is answered with 500")]
    public static partial void HttpResponseTooLarge(ILogger logger, int size, int limit);
}
