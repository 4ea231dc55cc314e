// SPDX-License-Identifier: MIT
using Lori;

namespace Mare;

public abstract partial class AsyncWebSocketServerActor
{
    private PendingCallback? _pending;
    private CancellationTokenSource? _ended;
    private CancellationTokenRegistration _givenUp;
    private UpgradeDecision? _decision;

    internal sealed override bool IsBusy => _pending is { IsActive: true };

    // Made when the first callback comes; an actor that never hears anything needs none.
    private CancellationToken Token => (_ended ??= new CancellationTokenSource()).Token;

    internal sealed override void CancelPending()
    {
        if (_ended is null) return;
        // What is registered on the token runs here, as a callback of this actor.
        Loop.EnterCallback(this, "Cancel");
        try
        {
            _ended.Cancel();
        }
        catch (Exception e)
        {
            OnUnhandledException(e);
        }
        finally
        {
            Loop.ExitCallback();
        }
    }

    internal sealed override UpgradeDecision? HandleUpgradeRequest(UpgradeRequest request)
    {
        Run(DecideAsync(request), buffer: null);
        return IsBusy ? null : TakeDecision();
    }

    internal sealed override void HandleOpen() => Run(OnOpenAsync(Token), buffer: null);

    internal sealed override void HandleTextMessage(ReadOnlySpan<byte> utf8) =>
        RunMessage(utf8, static (me, data) => me.OnTextMessageUtf8Async(data, me.Token));

    internal sealed override void HandleBinaryMessage(ReadOnlySpan<byte> data) =>
        RunMessage(data, static (me, message) => me.OnBinaryMessageAsync(message, me.Token));

    internal sealed override void HandlePong(ReadOnlySpan<byte> payload) => OnPong(payload);

    internal sealed override void HandleThrottled() => OnThrottled();

    internal sealed override void HandleUnthrottled() => OnUnthrottled();

    internal sealed override void HandleIdleTimeout() => OnIdleTimeout();

    internal sealed override void HandleClosed(CloseStatus status, string reason)
    {
        var givenUp = Connection.Server.GivenUp;
        // A token of its own: the server gives up on another thread, and what is registered on the token belongs to the loop.
        _ended = null;
        Run(OnClosedAsync(status, reason, givenUp.IsCancellationRequested ? givenUp : Token), buffer: null);
        if (!IsBusy) return;
        _givenUp = givenUp.UnsafeRegister(
            static me => ((AsyncWebSocketServerActor)me!).Post(static actor => actor.CancelPending()), this);
    }

    /// <summary>Hears that the pending callback has ended, and gives back the message that it had.</summary>
    internal void CallbackEnded(byte[]? buffer)
    {
        _givenUp.Unregister();
        if (buffer is not null) Loop.Buffers.Return(buffer);
        if (TakeDecision() is { } decision) Connection.Decided(decision);
        Connection.CallbackEnded();
    }

    private UpgradeDecision? TakeDecision()
    {
        var decision = _decision;
        _decision = null;
        return decision;
    }

    private async ValueTask DecideAsync(UpgradeRequest request) =>
        _decision = await OnUpgradeRequestAsync(request, Token).ConfigureAwait(true)
            ?? throw new InvalidOperationException($"{GetType().Name}.OnUpgradeRequestAsync returned null.");

    private void RunMessage(ReadOnlySpan<byte> data, Func<AsyncWebSocketServerActor, ReadOnlyMemory<byte>, ValueTask> callback)
    {
        var buffer = Loop.Buffers.Rent(data.Length);
        data.CopyTo(buffer);
        ValueTask task;
        try
        {
            task = callback(this, buffer.AsMemory(0, data.Length));
        }
        catch
        {
            Loop.Buffers.Return(buffer);
            throw;
        }

        Run(task, buffer);
    }

    /// <summary>Goes on when the task has ended: at once, or later, with messages held back until then.</summary>
    private void Run(ValueTask task, byte[]? buffer)
    {
        if (task.IsCompleted)
        {
            if (buffer is not null) Loop.Buffers.Return(buffer);
            task.GetAwaiter().GetResult();
            return;
        }

        _pending ??= new PendingCallback(this);
        _pending.Begin(task, buffer);
        Connection.Hold(); // no effect before it is open
    }
}
