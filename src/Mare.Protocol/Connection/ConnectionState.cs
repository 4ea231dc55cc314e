// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

// All rules of a connection's life, in one place. RFC 6455 sections 4 and 7:
//
//   Handshaking --completed--> Open --close sent, close received, or input failed--> Closing --answered--> Closed
//        '----failed----------------------------- transport ended ------------------------------------------^
//
// A peer cannot make these methods throw: only a caller that takes steps out of order can.
internal struct ConnectionState(ProtocolState initial)
{
    public ProtocolState Current { get; private set; } = initial;

    public bool CloseSent { get; private set; }

    public bool CloseReceived { get; private set; }

    // A close frame came or the input failed: what the peer still sends is discarded (section 1.4, 7.1.7).
    public bool InputEnded { get; private set; }

    public void CompleteHandshake()
    {
        Require(Current == ProtocolState.Handshaking, "The opening handshake is completed already.");
        Current = ProtocolState.Open;
    }

    public void FailHandshake()
    {
        Require(Current == ProtocolState.Handshaking, "The opening handshake is completed: close with a close frame.");
        End();
    }

    public readonly void RequireHandshakeCompleted() => Require(
        Current != ProtocolState.Handshaking, "There are no frames before the opening handshake is completed.");

    // Section 7.1.2: this side begins the closing handshake. True when a close frame is to be written.
    public bool StartClose()
    {
        RequireHandshakeCompleted();
        if (Current != ProtocolState.Open)
            return false;
        CloseSent = true;
        Current = ProtocolState.Closing;
        return true;
    }

    // Section 7.1.5: the peer's close frame is read; nothing behind it counts.
    public void ReceiveClose()
    {
        CloseReceived = true;
        InputEnded = true;
        Current = ProtocolState.Closing;
    }

    // Section 7.1.7: the peer's bytes are beyond use; the connection is to be failed.
    public void FailInput()
    {
        InputEnded = true;
        Current = ProtocolState.Closing;
    }

    // Section 5.5.1: the answer to the peer's close frame. True when it is to be written.
    public bool AnswerClose()
    {
        Require(CloseReceived, "There is no close frame to answer: start the closing handshake instead.");
        return LastFrame();
    }

    // Section 7.1.7: fail the connection. True when a close frame is to be written.
    public bool FailConnection()
    {
        RequireHandshakeCompleted();
        return LastFrame();
    }

    public void End()
    {
        InputEnded = true;
        Current = ProtocolState.Closed;
    }

    // At most one close frame is sent in a connection's life.
    private bool LastFrame()
    {
        bool write = Current != ProtocolState.Closed && !CloseSent;
        CloseSent |= write;
        End();
        return write;
    }

    private static void Require(bool allowed, string message)
    {
        if (!allowed)
            throw new InvalidOperationException(message);
    }
}
