// SPDX-License-Identifier: MIT
using Lori.Backends;

namespace Lori.Tests.Backends;

/// <summary>Is a connection in the contract suite: the server's end with what it was told, and the peer's.</summary>
internal sealed class ContractConnection(Transport transport, RecordingTransportEvents events, ContractPeer peer)
{
    public RecordingTransportEvents Events => events;

    public ContractPeer Peer => peer;

    public Transport Transport => transport;

    public void StartReceive() => Call(static t => t.StartReceive());

    public void StopReceive() => Call(static t => t.StopReceive());

    public void ShutdownSend() => Call(static t => t.ShutdownSend());

    public int Send(ReadOnlySpan<Segment> segments)
    {
        events.MayNotBeTold = true;
        var sent = transport.Send(segments);
        events.MayNotBeTold = false;
        return sent;
    }

    public int SendUncopied(ReadOnlySpan<byte> data)
    {
        events.MayNotBeTold = true;
        var sent = transport.SendUncopied(default, data);
        events.MayNotBeTold = false;
        return sent;
    }

    public void Close(bool reset = false)
    {
        events.MayNotBeTold = true; // stays so: only OnClosed may come
        transport.Close(reset);
    }

    /// <summary>Describes where both ends stand, for a time-out's message.</summary>
    public override string ToString() =>
        $"server: {events.Received.Length} bytes in {events.Deliveries} deliveries, {events.Ends} ends, "
        + $"{events.Completions.Count} completions, failures [{string.Join(", ", events.Failures)}], {events.Closes} closes, "
        + $"faults [{string.Join(", ", events.Faults)}]; "
        + $"peer: {peer.Received.Length} bytes, end {peer.IsEndOfStream}, reset {peer.WasReset}";

    private void Call(Action<Transport> call)
    {
        events.MayNotBeTold = true;
        call(transport);
        events.MayNotBeTold = false;
    }
}
