// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Mare.Tests;

/// <summary>Writes down each callback, with its depth, and then does what the test wants done in it.</summary>
internal sealed class ProbeActor : WebSocketServerActor, IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<string> _calls = [];
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _depth;

    /// <summary>Gets or sets what happens in each callback, which is given by name.</summary>
    public Action<ProbeActor, string>? Hook { get; set; }

    /// <summary>Gets or sets the answer to the upgrade request.</summary>
    public Func<UpgradeRequest, UpgradeDecision>? Decide { get; set; }

    /// <summary>Gets or sets whether an idle time-out is left to the default, which closes.</summary>
    public bool ClosesWhenIdle { get; set; } = true;

    /// <summary>Gets what was called, with short arguments, in order. Any thread.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_gate) return [.. _calls];
        }
    }

    public IReadOnlyList<byte[]> Messages { get; private set; } = [];

    public UpgradeRequest? Request { get; private set; }

    public int DeepestDepth { get; private set; }

    public CloseStatus? Status { get; private set; }

    public string? Reason { get; private set; }

    public CloseInitiator? ClosedBy { get; private set; }

    public bool ClosedCleanly { get; private set; }

    public long UnsentBytes { get; private set; }

    /// <summary>Gets a task that ends when the actor is disposed of.</summary>
    public Task Ended => _disposed.Task;

    public int CountOf(string callback) => Calls.Count(c => c == callback || c.StartsWith(callback + " ", StringComparison.Ordinal));

    public void Dispose()
    {
        try
        {
            Run("Dispose");
        }
        finally
        {
            _disposed.TrySetResult();
        }
    }

    protected override UpgradeDecision OnUpgradeRequest(UpgradeRequest request)
    {
        Request = request;
        Run(nameof(OnUpgradeRequest));
        return Decide is null ? true : Decide(request);
    }

    protected override void OnOpen() => Run(nameof(OnOpen));

    protected override void OnTextMessage(string text) => Run(nameof(OnTextMessage), Short(text));

    protected override void OnBinaryMessage(ReadOnlySpan<byte> data)
    {
        Messages = [.. Messages, data.ToArray()];
        Run(nameof(OnBinaryMessage), Short(Convert.ToHexStringLower(data[..Math.Min(data.Length, 64)])));
    }

    protected override void OnPong(ReadOnlySpan<byte> payload) => Run(nameof(OnPong), System.Text.Encoding.UTF8.GetString(payload));

    protected override void OnThrottled() => Run(nameof(OnThrottled));

    protected override void OnUnthrottled() => Run(nameof(OnUnthrottled));

    protected override void OnIdleTimeout()
    {
        Run(nameof(OnIdleTimeout));
        if (ClosesWhenIdle) base.OnIdleTimeout();
    }

    protected override void OnClosed(CloseStatus status, string reason)
    {
        (Status, Reason, ClosedBy) = (status, reason, Connection.ClosedBy);
        (ClosedCleanly, UnsentBytes) = (Connection.ClosedCleanly, Connection.UnsentBytes);
        Run(nameof(OnClosed), ((int)status).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Writes a callback down and does what is wanted in it; also for what the test posts.</summary>
    public void Run(string callback, string detail = "")
    {
        _depth++;
        DeepestDepth = Math.Max(DeepestDepth, _depth);
        lock (_gate) _calls.Add(detail.Length == 0 ? callback : $"{callback} {detail}");
        try
        {
            Hook?.Invoke(this, callback);
        }
        finally
        {
            _depth--;
        }
    }

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
