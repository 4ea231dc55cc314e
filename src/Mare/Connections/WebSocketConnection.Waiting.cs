// SPDX-License-Identifier: MIT
using System.Text;
using Lori;

namespace Mare;

/// <content>Sends that wait for the peer: for async actors, and for tasks of other threads.</content>
public sealed partial class WebSocketConnection
{
    private HashSet<TaskCompletionSource>? _waiters;

    /// <summary>Gets how many sends wait.</summary>
    internal int WaitingSends
    {
        get
        {
            lock (_protocol) return _waiters?.Count ?? 0;
        }
    }

    /// <summary>
    /// Sends a text message; the task ends when the connection takes data again, at once unless the peer is slow. Any thread.
    /// </summary>
    /// <param name="text">The text; lone surrogates are replaced by U+FFFD.</param>
    /// <param name="cancellationToken">
    /// Gives up waiting: a message that was accepted is sent all the same. Cancelled before, nothing is sent.
    /// </param>
    /// <returns>Accepted, or Closed; never QueueFull: it waits instead.</returns>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public ValueTask<SendStatus> SendTextAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<SendStatus>(cancellationToken);
        var status = SendText(text);
        return status is SendStatus.Accepted or SendStatus.Closed
            ? ValueTask.FromResult(status)
            : SendLaterAsync(status, static (me, utf8) => me.SendText(utf8.Span), Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    /// <summary>Sends a text message that is UTF-8 already; see the other overload. Any thread.</summary>
    /// <param name="utf8">The message, valid UTF-8; not to be changed until the task ends.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Accepted, or Closed.</returns>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public ValueTask<SendStatus> SendTextAsync(ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<SendStatus>(cancellationToken);
        var status = SendText(utf8.Span);
        return status is SendStatus.Accepted or SendStatus.Closed
            ? ValueTask.FromResult(status)
            : SendLaterAsync(status, static (me, data) => me.SendText(data.Span), utf8, cancellationToken);
    }

    /// <summary>
    /// Sends a binary message; the task ends when the connection takes data again, at once unless the peer is slow. Any thread.
    /// </summary>
    /// <param name="data">The message; not to be changed until the task ends.</param>
    /// <param name="cancellationToken">
    /// Gives up waiting: a message that was accepted is sent all the same. Cancelled before, nothing is sent.
    /// </param>
    /// <returns>Accepted, or Closed; never QueueFull: it waits instead.</returns>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public ValueTask<SendStatus> SendBinaryAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<SendStatus>(cancellationToken);
        var status = SendBinary(data.Span);
        return status is SendStatus.Accepted or SendStatus.Closed
            ? ValueTask.FromResult(status)
            : SendLaterAsync(status, static (me, bytes) => me.SendBinary(bytes.Span), data, cancellationToken);
    }

    private async ValueTask<SendStatus> SendLaterAsync(
        SendStatus status,
        Func<WebSocketConnection, ReadOnlyMemory<byte>, SendStatus> send,
        ReadOnlyMemory<byte> data,
        CancellationToken cancellationToken)
    {
        while (status == SendStatus.QueueFull)
        {
            // Full though not throttled: other threads have sent faster than the loop could take it.
            if (!_tcp.IsThrottled) await Task.Yield();
            // Back to the loop or wherever the caller awaits: this is the caller's own flow.
            await WhenUnthrottledAsync(cancellationToken).ConfigureAwait(true);
            status = send(this, data);
        }

        if (status == SendStatus.AcceptedThrottled) await WhenUnthrottledAsync(cancellationToken).ConfigureAwait(true);
        return status == SendStatus.Closed ? status : SendStatus.Accepted;
    }

    /// <summary>Ends when the peer has caught up, or the connection is no longer open.</summary>
    private async ValueTask WhenUnthrottledAsync(CancellationToken cancellationToken)
    {
        // Not inline: whoever waits is not to run inside this connection's turn, unless its own context brings it there.
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_protocol)
        {
            if (!_tcp.IsThrottled || !IsOpen) return;
            (_waiters ??= []).Add(waiter);
        }

        // Not Task.WaitAsync: it goes by the thread pool, which a seeded simulation cannot repeat.
        using var registration = cancellationToken.UnsafeRegister(static (w, token) => ((TaskCompletionSource)w!).TrySetCanceled(token), waiter);
        try
        {
            await waiter.Task.ConfigureAwait(true);
        }
        finally
        {
            if (waiter.Task.IsCanceled) Forget(waiter);
        }
    }

    private void Forget(TaskCompletionSource waiter)
    {
        lock (_protocol) _waiters?.Remove(waiter);
    }

    /// <summary>Wakes who waits: the peer has caught up, or never will.</summary>
    private void CompleteWaiters()
    {
        HashSet<TaskCompletionSource>? waiters;
        lock (_protocol) (waiters, _waiters) = (_waiters, null);
        if (waiters is null) return;
        foreach (var waiter in waiters) waiter.TrySetResult();
    }
}
