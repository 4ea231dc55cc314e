// SPDX-License-Identifier: MIT
namespace Lori.Backends.Streams;

/// <summary>
/// Closes in steps, each at the end of a turn: cancels what is under way; disposes of the stream when that has ended, or does not
/// end; tells the end when all has.
/// </summary>
internal abstract partial class DuplexTransport
{
    // An operation that does not heed its cancellation gets this long; then its stream is disposed of under it.
    private static readonly TimeSpan CancellationGrace = TimeSpan.FromSeconds(1);

    private ITimer? _overdue;
    private bool _closed;
    private bool _reset;
    private Closing _step;

    private enum Closing
    {
        NotBegun,
        Cancelled,
        Overdue,
        Disposing,
        Disposed,
        Told,
    }

    /// <summary>Gets what the disposal calls when it has ended.</summary>
    protected Action OnDisposed => () => Signal(Signals.Disposed);

    public sealed override void Close(bool reset)
    {
        if (_closed) return;
        _closed = true;
        _receiving = false;
        _reset = reset;
        Backend.ScheduleClose(this);
    }

    /// <summary>Goes on with closing, at the end of a turn: cancels, disposes of the stream, tells the end.</summary>
    /// <param name="givesUp">Whether to tell the end whatever is still under way.</param>
    /// <returns>Whether the end was told; else a signal will come.</returns>
    public bool TryClose(bool givesUp)
    {
        if (_step == Closing.Told) return true;
        if (_step == Closing.NotBegun)
        {
            _step = Closing.Cancelled;
            if (ReadPending || WritePending) Cancel();
        }

        var isBusy = ReadPending || WritePending;
        if ((!isBusy || givesUp || _step == Closing.Overdue) && _step < Closing.Disposing) BeginDispose();
        if (!givesUp && (isBusy || _step != Closing.Disposed)) return false;
        _step = Closing.Told;
        _overdue?.Dispose();
        if (!ReadPending) DropRead();
        _events.OnClosed();
        return true;
    }

    /// <summary>Gives up a read that has ended or failed, and its memory.</summary>
    protected abstract void DropRead();

    /// <summary>Takes the result of a write that nobody waits for any more.</summary>
    protected abstract void DropWrite();

    /// <summary>Asks what is under way to end.</summary>
    protected abstract void CancelOperations();

    /// <summary>Gives the stream up.</summary>
    /// <returns>Whether it is disposed of already; else <see cref="OnDisposed"/> will be called.</returns>
    protected abstract bool Dispose(bool reset);

    /// <summary>Takes the result of the disposal, once it has ended.</summary>
    protected abstract void TakeDisposal();

    private void NoteClosing(Signals signals)
    {
        if (_step == Closing.Cancelled && (signals & Signals.Overdue) != 0) _step = Closing.Overdue;
        if ((signals & Signals.Disposed) != 0) EndDispose();
        if (_step != Closing.Told) Backend.ScheduleClose(this);
    }

    private void EndWrite()
    {
        WritePending = false;
        DropWrite();
    }

    private void Cancel()
    {
        try
        {
            CancelOperations();
        }
        catch (Exception)
        {
            // What a cancelled operation's own callbacks throw concerns nobody any more: the connection ends.
        }

        _overdue = Backend.TimeProvider.CreateTimer(
            static me => ((DuplexTransport)me!).Signal(Signals.Overdue), this, CancellationGrace, Timeout.InfiniteTimeSpan);
    }

    private void BeginDispose()
    {
        _step = Closing.Disposing;
        try
        {
            if (Dispose(_reset)) EndDispose();
        }
        catch (Exception)
        {
            // A stream that cannot even be disposed of is as gone as it gets.
            _step = Closing.Disposed;
        }
    }

    private void EndDispose()
    {
        _step = Closing.Disposed;
        try
        {
            TakeDisposal();
        }
        catch (Exception)
        {
            // As above.
        }
    }
}
