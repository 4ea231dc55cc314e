// SPDX-License-Identifier: MIT
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Lori.Backends.Streams;

/// <summary>Is a stream or pipe that no loop has taken yet.</summary>
internal abstract class AcceptedStream(EndPoint? local, EndPoint? remote) : AcceptedSocket
{
    public EndPoint? LocalEndPoint => local;

    public override EndPoint? RemoteEndPoint => remote;

    /// <exception cref="ArgumentException">The stream cannot be read or cannot be written.</exception>
    public static AcceptedStream Of(Stream stream, EndPoint? local, EndPoint? remote)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead || !stream.CanWrite)
            throw new ArgumentException("A connection needs a stream that is open, and can be read and written.", nameof(stream));
        var socket = (stream as NetworkStream)?.Socket;
        return new AcceptedDuplexStream(stream, local ?? socket?.LocalEndPoint, remote ?? socket?.RemoteEndPoint);
    }

    public static AcceptedStream Of(IDuplexPipe pipe, EndPoint? local, EndPoint? remote)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return new AcceptedDuplexPipe(pipe, local, remote);
    }

    public abstract Transport Attach(StreamBackend backend, ITransportEvents events);
}

/// <summary>Is a stream that no loop has taken yet.</summary>
internal sealed class AcceptedDuplexStream(Stream stream, EndPoint? local, EndPoint? remote) : AcceptedStream(local, remote)
{
    public override Transport Attach(StreamBackend backend, ITransportEvents events) =>
        new StreamTransport(backend, stream, this, events);

    public override void Dispose() => stream.Dispose();
}

/// <summary>Is a pipe that no loop has taken yet.</summary>
internal sealed class AcceptedDuplexPipe(IDuplexPipe pipe, EndPoint? local, EndPoint? remote) : AcceptedStream(local, remote)
{
    public override Transport Attach(StreamBackend backend, ITransportEvents events) =>
        new PipeTransport(backend, pipe, this, events);

    public override void Dispose()
    {
        pipe.Output.Complete();
        pipe.Input.Complete();
    }
}
