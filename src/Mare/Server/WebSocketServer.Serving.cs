// SPDX-License-Identifier: MIT
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using Lori;
using Lori.Backends.Streams;

namespace Mare;

public sealed partial class WebSocketServer
{
    /// <summary>
    /// Makes a server that listens nowhere: its connections are laid over streams and pipes, by
    /// <see cref="ServeAsync(Stream, EndPoint?, EndPoint?)"/>.
    /// </summary>
    /// <param name="options">What it allows; copied. What concerns listening is not used.</param>
    /// <param name="createActor">As for <see cref="StartAsync"/>.</param>
    /// <returns>The server, which is to be stopped as any other.</returns>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    /// <remarks>
    /// Without <see cref="WebSocketServerOptions.EventLoops"/> it runs on the thread pool
    /// (<see cref="EventLoopGroup.OnThreadPool"/>), and so costs no thread while nothing happens but one that sleeps.
    /// </remarks>
    public static WebSocketServer Create(WebSocketServerOptions options, Func<UpgradeRequest, WebSocketActor?> createActor)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(createActor);
        options = options.CloneAndValidate();
        var loops = options.EventLoops ?? EventLoopGroup.OnThreadPool(options.Loops, options.ToEventLoopOptions());
        return new WebSocketServer(new ServerCore(options, loops, createActor), loops, ownsLoops: options.EventLoops is null);
    }

    /// <summary>
    /// Lays a connection over a duplex stream on which a client is about to send its request, and serves it to its end: it
    /// counts, is limited and is stopped as those that were accepted. Any thread.
    /// </summary>
    /// <param name="stream">
    /// Readable and writable, whose reads and writes may be pending at once; the server's from now on. See
    /// <see cref="TcpConnectionActor.Adopt(EventLoop, Stream, TcpConnectionOptions?, EndPoint?, EndPoint?)"/> for what streams can
    /// do and what they cost.
    /// </param>
    /// <param name="remoteEndPoint">The client's address, for the actor. Default: a NetworkStream's, else null.</param>
    /// <param name="localEndPoint">This side's address, for the actor. Default: a NetworkStream's, else null.</param>
    /// <returns>
    /// A task that ends, without an error, when the connection has ended however it did: its actor is disposed of, and so is
    /// the stream.
    /// </returns>
    /// <exception cref="ArgumentException">The stream cannot be read or cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The server stops, or has stopped; the stream is disposed of.</exception>
    public Task ServeAsync(Stream stream, EndPoint? remoteEndPoint = null, EndPoint? localEndPoint = null) =>
        ServeAsync(AcceptedStream.Of(stream, localEndPoint, remoteEndPoint), isEncrypted: stream is SslStream ? true : null);

    /// <summary>Lays a connection over a duplex pipe: see the other overload.</summary>
    /// <param name="pipe">Whose input nobody else reads and whose output nobody else writes; the server's from now on.</param>
    /// <param name="remoteEndPoint">The client's address, for the actor. Default null.</param>
    /// <param name="localEndPoint">This side's address, for the actor. Default null.</param>
    /// <returns>
    /// A task that ends, without an error, when the connection has ended however it did: its actor is disposed of, and both
    /// ends of the pipe are completed.
    /// </returns>
    /// <exception cref="ObjectDisposedException">The server stops, or has stopped; the pipe is completed.</exception>
    public Task ServeAsync(IDuplexPipe pipe, EndPoint? remoteEndPoint = null, EndPoint? localEndPoint = null) =>
        ServeAsync(AcceptedStream.Of(pipe, localEndPoint, remoteEndPoint), isEncrypted: null);

    private Task ServeAsync(AcceptedStream accepted, bool? isEncrypted)
    {
        if (_core.Accept(isEncrypted) is { } connection)
        {
            var ended = connection.WhenEnded();
            if (TcpConnection.StartOn(_loops.Next(), accepted, connection, _core.Options.Connection)) return ended;
            _core.Admission.ReturnSocket();
        }

        accepted.Dispose();
        // One too many ends as it would on a port.
        if (!_core.IsStopping) return Task.CompletedTask;
        throw new ObjectDisposedException(nameof(WebSocketServer), "The server stops, or has stopped: it takes no more connections.");
    }
}
