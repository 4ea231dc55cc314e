// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Mare.Testing;

/// <summary>
/// Is a peer's end of a connection over an <see cref="InMemoryNetwork"/>, as a stream whose reads wait: for clients that want a
/// stream, and loops that run on threads (<see cref="InMemoryNetwork.StartLoops"/>). One read at a time. Any thread.
/// </summary>
[SuppressMessage("ApiDesign", "RS0027", Justification = "The overloads are those of Stream.")]
public sealed class InMemoryStream : Stream, IInMemoryOwner
{
    private readonly InMemoryEnd _end;
    private TaskCompletionSource? _changed; // while a read waits
    private bool _sendEnded;

    /// <summary>Takes an end of a connection. Under the gate.</summary>
    internal InMemoryStream(InMemoryEnd end)
    {
        _end = end;
        _end.Owner = this;
    }

    /// <summary>Gets this end's address; null on a Unix domain socket.</summary>
    public EndPoint? LocalEndPoint => _end.LocalEndPoint;

    /// <summary>Gets the address that was connected to.</summary>
    public EndPoint RemoteEndPoint => _end.RemoteEndPoint!;

    /// <summary>Gets whether a read would end at once: with bytes, at the end, or by a reset.</summary>
    public bool DataAvailable
    {
        get
        {
            lock (_end.Gate) return IsReadable;
        }
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: a connection has no length.</exception>
    public override long Length => throw NoSeeking();

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: a connection has no position.</exception>
    public override long Position
    {
        get => throw NoSeeking();
        set => throw NoSeeking();
    }

    private bool IsReadable => _end.Unread > 0 || _end.Other.HasFinished || _end.SeesReset || _end.IsGone;

    /// <summary>Reads what has come, or waits for some; a read of no bytes waits too.</summary>
    /// <param name="buffer">Where to put it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The bytes read; 0 at the end.</returns>
    /// <exception cref="IOException">The connection was reset.</exception>
    /// <exception cref="ObjectDisposedException">This end is closed.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (_end.Gate)
            {
                ObjectDisposedException.ThrowIf(_end.IsGone, this);
                if (_end.SeesReset) throw WasReset();
                if (IsReadable) return _end.Read(buffer.Span);
                changed = (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends bytes; never waits. To a server that is gone they are lost, and the connection is reset.</summary>
    /// <param name="buffer">The bytes, copied.</param>
    /// <param name="cancellationToken">Not used.</param>
    /// <returns>A task that has ended.</returns>
    /// <exception cref="IOException">The connection was reset.</exception>
    /// <exception cref="InvalidOperationException">This end was shut down or closed before.</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_end.Gate)
        {
            if (_sendEnded || _end.IsGone) throw new InvalidOperationException("This end has ended its sending; it cannot send any more.");
            if (_end.SeesReset) throw WasReset();
            _end.Send(buffer);
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is collected.
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: a connection has no position.</exception>
    public override long Seek(long offset, SeekOrigin origin) => throw NoSeeking();

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: a connection has no length.</exception>
    public override void SetLength(long value) => throw NoSeeking();

    /// <summary>Ends this side's sending (FIN); it goes on to receive.</summary>
    public void ShutdownSend()
    {
        lock (_end.Gate)
        {
            _sendEnded = true;
            _end.Finish();
        }
    }

    /// <summary>Resets the connection: the server loses what it has not received yet.</summary>
    public void Reset()
    {
        lock (_end.Gate)
        {
            _end.Close(reset: true);
            SignalChange();
        }
    }

    void IInMemoryOwner.OnChanged()
    {
        if (IsReadable) SignalChange();
    }

    /// <summary>Closes: the server sees the end, and a reset if it sends after that or had sent what was not read here.</summary>
    /// <param name="disposing">Whether it is disposed of, rather than finalized.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_end.Gate)
            {
                _end.Close(reset: false);
                SignalChange();
            }
        }

        base.Dispose(disposing);
    }

    private void SignalChange()
    {
        _changed?.SetResult();
        _changed = null;
    }

    private static IOException WasReset() =>
        new("The connection was reset by the other end.", new SocketException((int)SocketError.ConnectionReset));

    private static NotSupportedException NoSeeking() => new("A connection is read and written in order; it cannot seek.");
}
