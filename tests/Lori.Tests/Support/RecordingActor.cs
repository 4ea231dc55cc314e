// SPDX-License-Identifier: MIT
namespace Lori.Tests;

/// <summary>Records its callbacks, in order, and runs what a test hands it inside of them.</summary>
internal sealed class RecordingActor : TcpConnectionActor
{
    private readonly List<byte> _received = [];

    public Action<RecordingActor>? WhenStarted { get; set; }

    /// <summary>Gets or sets what happens to received bytes, after they were recorded.</summary>
    public Action<RecordingActor, byte[]>? WhenReceived { get; set; }

    /// <summary>Gets or sets what happens when the peer has ended its sending; null is the library's default.</summary>
    public Action<RecordingActor>? WhenPeerClosed { get; set; }

    public Action<RecordingActor>? WhenThrottled { get; set; }

    public Action<RecordingActor>? WhenUnthrottled { get; set; }

    public Action<RecordingActor, SendToken>? WhenSent { get; set; }

    /// <summary>Gets or sets what happens when the connection idles; null is the library's default.</summary>
    public Action<RecordingActor>? WhenIdle { get; set; }

    public Action<RecordingActor>? WhenClosed { get; set; }

    public Action<RecordingActor>? WhenConnectFailed { get; set; }

    public Action<RecordingActor>? WhenTlsStarted { get; set; }

    public new TcpConnection Connection => base.Connection;

    /// <summary>Gets the names of the callbacks that came, in order; runs of OnReceived are one.</summary>
    public List<string> Calls { get; } = [];

    public byte[] Received => [.. _received];

    public CloseCause? Cause { get; private set; }

    /// <summary>Gets why there is no connection, once the actor has heard it.</summary>
    public ConnectException? ConnectError { get; private set; }

    /// <summary>Gets why TLS failed before the connection started, once the actor has heard it.</summary>
    public (TlsFailure Failure, string Detail)? StartFailure { get; private set; }

    /// <summary>Gets what was unsent when the connection ended.</summary>
    public long Unsent { get; private set; }

    /// <summary>Gets how deeply callbacks nest; more than one is a fault.</summary>
    public int Depth { get; private set; }

    public int DeepestDepth { get; private set; }

    protected override void OnStarted() => Run("OnStarted", () => WhenStarted?.Invoke(this));

    protected override void OnConnectFailure(ConnectException error) => Run("OnConnectFailure", () =>
    {
        ConnectError = error;
        WhenConnectFailed?.Invoke(this);
    });

    protected override void OnStartFailure(TlsFailure failure, string detail) => Run("OnStartFailure", () => StartFailure = (failure, detail));

    protected override void OnTlsStarted() => Run("OnTlsStarted", () => WhenTlsStarted?.Invoke(this));

    protected override void OnReceived(Span<byte> data)
    {
        var copy = data.ToArray();
        _received.AddRange(copy);
        // What a callee is given it may change.
        data.Fill(0xEE);
        Run("OnReceived", () => WhenReceived?.Invoke(this, copy));
    }

    protected override void OnPeerClosed() => Run("OnPeerClosed", () =>
    {
        if (WhenPeerClosed is null) base.OnPeerClosed();
        else WhenPeerClosed(this);
    });

    protected override void OnThrottled() => Run("OnThrottled", () => WhenThrottled?.Invoke(this));

    protected override void OnUnthrottled() => Run("OnUnthrottled", () => WhenUnthrottled?.Invoke(this));

    protected override void OnSent(SendToken token) => Run($"OnSent({token.Value})", () => WhenSent?.Invoke(this, token));

    protected override void OnIdleTimeout() => Run("OnIdleTimeout", () =>
    {
        if (WhenIdle is null) base.OnIdleTimeout();
        else WhenIdle(this);
    });

    protected override void OnClosed(CloseCause cause) => Run("OnClosed", () =>
    {
        Cause = cause;
        Unsent = Connection.UnsentBytes;
        WhenClosed?.Invoke(this);
    });

    private void Run(string name, Action action)
    {
        if (name != "OnReceived" || Calls is not [.., "OnReceived"]) Calls.Add(name);
        DeepestDepth = Math.Max(DeepestDepth, ++Depth);
        try
        {
            action();
        }
        finally
        {
            Depth--;
        }
    }
}
