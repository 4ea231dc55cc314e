// SPDX-License-Identifier: MIT
namespace Mare.Bench.Load;

/// <summary>Keeps a number of messages under way on one connection: each that comes back is sent again.</summary>
internal sealed class EchoClient(LoadClients clients, LoadOptions options) : LoadClient(clients, options.Target)
{
    private readonly EchoTraffic _traffic = new(options.Target.IsWebSocket, options.Size);

    /// <summary>Gets how many messages came back. Loop only.</summary>
    public long Messages { get; private set; }

    /// <summary>Sends the first messages. Loop only.</summary>
    public void Start() => Send(options.InFlight);

    protected override void OnMessages(ReadOnlySpan<byte> data)
    {
        var completed = _traffic.Receive(data);
        if (completed == 0) return;
        Messages += completed;
        Send(completed);
    }

    private void Send(int messages)
    {
        while (messages > 0)
        {
            Connection.Send(_traffic.Take(messages, out var taken));
            messages -= taken;
        }
    }
}
