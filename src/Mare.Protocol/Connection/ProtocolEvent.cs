// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Tells one thing that a peer's bytes came to.</summary>
/// <remarks>The payload is valid until the next <see cref="WebSocketProtocol.TryRead"/> or
/// <see cref="WebSocketProtocol.Dispose"/>.</remarks>
public readonly ref struct ProtocolEvent
{
    internal ProtocolEvent(ProtocolEventKind kind, ReadOnlySpan<byte> payload)
    {
        Payload = payload;
        Kind = kind;
    }

    internal ProtocolEvent(CloseStatus status, ReadOnlySpan<byte> reason)
    {
        Payload = reason;
        Kind = ProtocolEventKind.Close;
        Status = status;
    }

    internal ProtocolEvent(ProtocolError error)
    {
        Kind = ProtocolEventKind.Failed;
        Error = error;
    }

    /// <summary>Gets the message, the control frame's payload, or the close reason as UTF-8.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Gets the status of a <see cref="ProtocolEventKind.Close"/>; 0 otherwise.</summary>
    public CloseStatus Status { get; }

    /// <summary>Gets what this event is.</summary>
    public ProtocolEventKind Kind { get; }

    /// <summary>Gets the violation of a <see cref="ProtocolEventKind.Failed"/>.</summary>
    public ProtocolError Error { get; }
}
