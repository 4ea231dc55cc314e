// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Lori;

/// <summary>Names every line that Lori logs. Event ids are stable.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Event loops: {Count} on {Backend}")]
    public static partial void LoopsStarted(ILogger logger, int count, string backend);

    [LoggerMessage(2, LogLevel.Error, "Work posted to event loop {Loop} failed")]
    public static partial void PostedWorkFailed(ILogger logger, int loop, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "A timer on event loop {Loop} failed")]
    public static partial void TimerFailed(ILogger logger, int loop, Exception exception);

    [LoggerMessage(4, LogLevel.Error, "A callback of {Actor} failed")]
    public static partial void ActorFailed(ILogger logger, string actor, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "{Callback} of {Actor} has held event loop {Loop} for {Milliseconds} ms; all its connections wait")]
    public static partial void CallbackHoldsLoop(ILogger logger, string callback, string actor, int loop, long milliseconds);

    [LoggerMessage(6, LogLevel.Warning, "Cannot accept on {EndPoint}: {Error}; trying again in {Milliseconds} ms")]
    public static partial void AcceptFailed(ILogger logger, EndPoint endPoint, SocketError error, long milliseconds);

    [LoggerMessage(7, LogLevel.Information, "Accepting on {EndPoint} again")]
    public static partial void AcceptResumed(ILogger logger, EndPoint endPoint);

    [LoggerMessage(8, LogLevel.Debug, "Skipping {EndPoint}: {Error}")]
    public static partial void AddressSkipped(ILogger logger, EndPoint endPoint, SocketError error);

    [LoggerMessage(10, LogLevel.Warning, "Dropped {Count} connections of proxies for their PROXY headers; the last, from {Proxy}, was {Reason}")]
    public static partial void ProxyHeaderRefused(ILogger logger, string proxy, string reason, long count);

    [LoggerMessage(9, LogLevel.Critical, "Event loop {Loop} ended by an error of its own")]
    public static partial void LoopFailed(ILogger logger, int loop, Exception exception);

    [LoggerMessage(20, LogLevel.Warning, "Event loop {Loop} holds {Limit} bytes of pieces that have not arrived whole; the connection that would exceed it is aborted")]
    public static partial void TooMuchBuffered(ILogger logger, int loop, long limit);

    [LoggerMessage(26, LogLevel.Information, "io_uring is not used, epoll is: {Reason}")]
    public static partial void IoUringNotUsed(ILogger logger, string reason);
    [LoggerMessage(21, LogLevel.Information, "Certificate {File} loaded anew, valid until {NotAfter:u}")]
    public static partial void CertificateReloaded(ILogger logger, string file, DateTimeOffset notAfter);

    [LoggerMessage(22, LogLevel.Warning, "The certificate stays what it was: {Reason}")]
    public static partial void CertificateBroken(ILogger logger, string reason);

    [LoggerMessage(23, LogLevel.Debug, "TLS failed: {Failure}: {Detail}")]
    public static partial void TlsFailed(ILogger logger, TlsFailure failure, string detail);

    [LoggerMessage(24, LogLevel.Warning, "TlsServerOptions.MaxHandshakes is met ({Limit} under way): new connections wait, and the oldest handshakes that wait for their client are dropped for them")]
    public static partial void HandshakesFull(ILogger logger, int limit);

    [LoggerMessage(25, LogLevel.Information, "TLS by SslStream, not by OpenSSL: {Reason}")]
    public static partial void TlsFallback(ILogger logger, string reason);
}
