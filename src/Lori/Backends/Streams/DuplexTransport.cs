// SPDX-License-Identifier: MIT
using System.Net;

namespace Lori.Backends.Streams;

/// <summary>
/// Is a connection whose reads and writes are tasks: one of each at most, ended on any thread, taken up on the loop.
/// </summary>
/// <remarks>
/// What has ended is noted by a signal, and the first signal puts the transport in line for the loop's next turn. A read
/// that has ended while nobody receives is kept as it is. Reads begin in turns only, never inside a callback.
/// </remarks>
internal abstract partial class DuplexTransport : Transport
{
    private ITransportEvents _events;
    private readonly EndPoint? _local;
    private readonly EndPoint? _remote;
    private Exception? _writeError;
    private int _signals;
    private bool _receiving;
    private bool _ended; // no more bytes will come
    private bool _failed;

    protected DuplexTransport(StreamBackend backend, AcceptedStream accepted, ITransportEvents events)
    {
        Backend = backend;
        _events = events;
        (_local, _remote) = (accepted.LocalEndPoint, accepted.RemoteEndPoint);
        OnRead = () => Signal(Signals.Read);
        OnWritten = () => Signal(Signals.Write);
    }

    /// <summary>Names what has happened since the last turn.</summary>
    [Flags]
    private enum Signals
    {
        Receive = 1,
        Read = 2,
        Write = 4,
        WriteFailed = 8,
        Overdue = 16,
        Disposed = 32,
    }

    public override EndPoint? LocalEndPoint => _step == Closing.Told ? null : _local;

    public override EndPoint? RemoteEndPoint => _remote;

    /// <summary>Gets or sets the next one in line.</summary>
    internal DuplexTransport? Next { get; set; }

    protected StreamBackend Backend { get; }

    /// <summary>Gets what a read calls when it has ended.</summary>
    protected Action OnRead { get; }

    /// <summary>Gets what a write calls when it has ended.</summary>
    protected Action OnWritten { get; }

    /// <summary>Gets or sets whether a read is under way.</summary>
    protected bool ReadPending { get; set; }

    /// <summary>Gets or sets whether a write, or the end of writing, is under way.</summary>
    protected bool WritePending { get; set; }

    public sealed override void Redirect(ITransportEvents events) => _events = events;

    public sealed override void StartReceive()
    {
        if (_receiving || _closed || _ended || _failed) return;
        _receiving = true;
        Signal(Signals.Receive);
    }

    public sealed override void StopReceive() => _receiving = false;

    public sealed override int Send(ReadOnlySpan<Segment> segments)
    {
        if (WritePending) throw new InvalidOperationException("A send is in flight already.");
        if (_closed || _failed) return 0;
        var outer = LeaveContext();
        try
        {
            return Write(segments);
        }
        catch (Exception e)
        {
            FailLater(e);
            return 0;
        }
        finally
        {
            ReturnToContext(outer);
        }
    }

    public sealed override void ShutdownSend()
    {
        if (_closed || _failed) return;
        var outer = LeaveContext();
        try
        {
            EndWriting();
        }
        catch (Exception e)
        {
            FailLater(e);
        }
        finally
        {
            ReturnToContext(outer);
        }
    }

    /// <summary>Takes up what has happened. In a turn, outside of callbacks.</summary>
    public void OnSignalled()
    {
        var signals = (Signals)Interlocked.Exchange(ref _signals, 0);
        if ((signals & Signals.Read) != 0) ReadPending = false;
        if (_step == Closing.NotBegun && (signals & (Signals.Write | Signals.WriteFailed)) != 0) FinishWrite(signals);
        else if ((signals & Signals.Write) != 0) EndWrite();
        if (_step != Closing.NotBegun) NoteClosing(signals);
        else if (!_closed && !ReadPending) Receive();
    }

    /// <summary>Takes received bytes, or begins to wait for some.</summary>
    /// <param name="data">The bytes, valid until <see cref="Release"/>.</param>
    /// <returns>Their number; 0 at the end; -1 when a read is under way.</returns>
    protected abstract int Read(out Span<byte> data);

    /// <summary>Takes back what the last <see cref="Read"/> gave.</summary>
    protected abstract void Release();

    /// <summary>Writes from the start of the segments.</summary>
    /// <returns>The bytes written; 0 when the write is under way.</returns>
    protected abstract int Write(ReadOnlySpan<Segment> segments);

    /// <summary>Goes on with a write whose step has ended.</summary>
    /// <returns>The bytes written, 0 for the end of writing; -1 when another step is under way.</returns>
    protected abstract int ContinueWrite();

    /// <summary>Tells the peer that no more will be written, where that can be said.</summary>
    protected abstract void EndWriting();

    private void Signal(Signals what)
    {
        if (Interlocked.Or(ref _signals, (int)what) == 0) Backend.Push(this);
    }

    private void Receive()
    {
        for (var reads = 0; _receiving; reads++)
        {
            if (reads == Backend.MaxReads)
            {
                Signal(Signals.Receive);
                return;
            }

            if (!TryRead(out var length)) return;
            if (length != 0) continue;
            _ended = true;
            _receiving = false;
            // A reset that a write has met is told by that write alone: it is said once, and then that the stream has ended.
            if (_writeError is null) _events.OnEndOfStream();
        }
    }

    private bool TryRead(out int length)
    {
        length = -1;
        Span<byte> data;
        try
        {
            length = Read(out data);
        }
        catch (Exception e)
        {
            Fail(e);
            return false;
        }

        if (length < 0) return false;
        if (length > 0) _events.OnReceived(data);
        Release();
        return true;
    }

    private void FinishWrite(Signals signals)
    {
        WritePending = false;
        var sent = 0;
        try
        {
            if ((signals & Signals.Write) != 0) sent = ContinueWrite();
        }
        catch (Exception e)
        {
            _writeError = e;
        }

        if (_closed) return;
        if (_writeError is not null) Fail(_writeError);
        else if (sent > 0) _events.OnSendCompleted(sent);
    }

    private void Fail(Exception e)
    {
        if (_failed || _closed) return;
        _failed = true;
        _receiving = false;
        _events.OnFailed(StreamErrors.ToSocketError(e));
    }

    /// <summary>Tells a failure in the next turn: nothing is told from inside a call.</summary>
    private void FailLater(Exception e)
    {
        _writeError = e;
        Signal(Signals.WriteFailed);
    }

    /// <summary>
    /// Takes the actor's context away from what may be called inside a callback: else awaits within the stream would come back
    /// to the actor.
    /// </summary>
    private static SynchronizationContext? LeaveContext()
    {
        var outer = SynchronizationContext.Current;
        if (outer is not null) SynchronizationContext.SetSynchronizationContext(null);
        return outer;
    }

    private static void ReturnToContext(SynchronizationContext? outer)
    {
        if (outer is not null) SynchronizationContext.SetSynchronizationContext(outer);
    }
}
