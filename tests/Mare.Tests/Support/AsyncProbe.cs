// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Mare.Tests;

/// <summary>
/// Writes down each callback of an async actor ("X", and "X ended" when X was pending), and does in it what the test wants.
/// </summary>
internal sealed class AsyncProbe : AsyncWebSocketServerActor, IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<string> _calls = [];
    private int _running;
    private int _depth;

    /// <summary>Gets or sets what happens in the asynchronous callbacks, which are given by name and short argument.</summary>
    public Func<AsyncProbe, string, CancellationToken, ValueTask>? Hook { get; set; }

    /// <summary>Gets or sets what happens in the callbacks that are not asynchronous.</summary>
    public Action<AsyncProbe, string>? Between { get; set; }

    /// <summary>Gets or sets the answer to the upgrade request.</summary>
    public Func<AsyncProbe, CancellationToken, ValueTask<UpgradeDecision>>? Decide { get; set; }

    /// <summary>Gets what was called, in order. Any thread.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_gate) return [.. _calls];
        }
    }

    /// <summary>Gets the message of the callback that runs.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>Gets the token of the newest asynchronous callback.</summary>
    public CancellationToken Token { get; private set; }

    /// <summary>Gets how many asynchronous callbacks were pending at once, at most.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Gets how deep callbacks were nested, at most.</summary>
    public int DeepestDepth { get; private set; }

    public int CountOf(string call) => Calls.Count(c => c == call || (c.StartsWith(call + " ", StringComparison.Ordinal) && !c.EndsWith(" ended", StringComparison.Ordinal)));

    /// <summary>Makes a hook that does something in one callback, and nothing in the others.</summary>
    /// <param name="call">Name of the callback, with or without its argument.</param>
    /// <param name="body">What it does.</param>
    public static Func<AsyncProbe, string, CancellationToken, ValueTask> In(
        string call, Func<AsyncProbe, CancellationToken, Task> body) => (actor, name, token) =>
            name == call || name.StartsWith(call + " ", StringComparison.Ordinal) ? new ValueTask(body(actor, token)) : default;

    /// <summary>Makes a hook that does something in one callback, whatever its token says.</summary>
    public static Func<AsyncProbe, string, CancellationToken, ValueTask> In(string call, Func<AsyncProbe, Task> body) =>
        In(call, (actor, _) => body(actor));

    /// <summary>Writes a line between the calls.</summary>
    public void Note(string line)
    {
        lock (_gate) _calls.Add(line);
    }

    /// <summary>Runs something as a callback that is not asynchronous; also for what the test posts.</summary>
    public void Run(string call, Action? body = null)
    {
        Note(call);
        DeepestDepth = Math.Max(DeepestDepth, ++_depth);
        try
        {
            body?.Invoke();
            Between?.Invoke(this, call);
        }
        finally
        {
            _depth--;
        }
    }

    public void Dispose() => Run("Dispose");

    protected override async ValueTask<UpgradeDecision> OnUpgradeRequestAsync(UpgradeRequest request, CancellationToken cancellationToken)
    {
        Note("OnUpgradeRequest");
        Token = cancellationToken;
        return Decide is null ? true : await Decide(this, cancellationToken).ConfigureAwait(true);
    }

    protected override ValueTask OnOpenAsync(CancellationToken cancellationToken) => RunAsync("OnOpen", cancellationToken);

    protected override ValueTask OnTextMessageUtf8Async(ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken)
    {
        Data = utf8;
        return base.OnTextMessageUtf8Async(utf8, cancellationToken);
    }

    protected override ValueTask OnTextMessageAsync(string text, CancellationToken cancellationToken) =>
        RunAsync("OnTextMessage " + text, cancellationToken);

    protected override ValueTask OnBinaryMessageAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Data = data;
        var start = data.Span[..Math.Min(4, data.Length)];
        return RunAsync($"OnBinaryMessage {Convert.ToHexStringLower(start)}", cancellationToken);
    }

    protected override void OnPong(ReadOnlySpan<byte> payload) => Run("OnPong " + Encoding.UTF8.GetString(payload));

    protected override void OnThrottled() => Run("OnThrottled");

    protected override void OnUnthrottled() => Run("OnUnthrottled");

    protected override void OnIdleTimeout() => Run("OnIdleTimeout", base.OnIdleTimeout);

    protected override ValueTask OnClosedAsync(CloseStatus status, string reason, CancellationToken cancellationToken) =>
        RunAsync("OnClosed " + ((int)status).ToString(CultureInfo.InvariantCulture), cancellationToken);

    private ValueTask RunAsync(string call, CancellationToken cancellationToken)
    {
        Note(call);
        Token = cancellationToken;
        MostAtOnce = Math.Max(MostAtOnce, ++_running);
        DeepestDepth = Math.Max(DeepestDepth, ++_depth);
        try
        {
            var task = Hook?.Invoke(this, call, cancellationToken) ?? ValueTask.CompletedTask;
            if (!task.IsCompleted) return WaitAsync(task, call);
            _running--;
            return task;
        }
        catch
        {
            _running--;
            throw;
        }
        finally
        {
            _depth--;
        }
    }

    private async ValueTask WaitAsync(ValueTask task, string call)
    {
        try
        {
            await task.ConfigureAwait(true);
        }
        finally
        {
            _running--;
            Note(call + " ended");
        }
    }
}
