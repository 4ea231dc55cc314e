// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using Lori.Backends;

namespace Lori.Tests.Backends;

/// <summary>Records what a transport tells, and that it never tells from inside a call or after the end.</summary>
internal sealed class RecordingTransportEvents : ITransportEvents
{
    private readonly List<byte> _received = [];

    public byte[] Received => [.. _received];

    public int Deliveries { get; private set; }

    public int Ends { get; private set; }

    public List<int> Completions { get; } = [];

    public List<SocketError> Failures { get; } = [];

    public int Closes { get; private set; }

    /// <summary>Gets or sets whether the test is inside a call to the transport, or has closed it.</summary>
    public bool MayNotBeTold { get; set; }

    public List<string> Faults { get; } = [];

    public Action<byte[]>? WhenReceived { get; set; }

    public Action<int>? WhenCompleted { get; set; }

    public Action? WhenClosed { get; set; }

    public void OnReceived(Span<byte> data)
    {
        Check(nameof(OnReceived));
        if (data.IsEmpty) Faults.Add("OnReceived with nothing");
        var copy = data.ToArray();
        _received.AddRange(copy);
        data.Fill(0xEE); // the callee may change what it is given
        Deliveries++;
        WhenReceived?.Invoke(copy);
    }

    public void OnEndOfStream()
    {
        Check(nameof(OnEndOfStream));
        Ends++;
    }

    public void OnSendCompleted(int bytes)
    {
        Check(nameof(OnSendCompleted));
        Completions.Add(bytes);
        WhenCompleted?.Invoke(bytes);
    }

    public void OnFailed(SocketError error)
    {
        Check(nameof(OnFailed));
        Failures.Add(error);
    }

    public void OnClosed()
    {
        if (!MayNotBeTold) Faults.Add("OnClosed without Close");
        Closes++;
        WhenClosed?.Invoke();
    }

    private void Check(string name)
    {
        if (MayNotBeTold || Closes > 0) Faults.Add(name + " from inside a call or after Close");
    }
}
