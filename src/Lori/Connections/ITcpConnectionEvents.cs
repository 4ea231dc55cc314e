// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>
/// Is told what happens on a <see cref="TcpConnection"/>; a protocol is one, <see cref="TcpConnectionActor"/> is another.
/// Loop only; calls never overlap and never nest. The callee catches its users' exceptions.
/// </summary>
internal interface ITcpConnectionEvents
{
    /// <summary>The connection is on its loop and open.</summary>
    void OnStarted(TcpConnection connection);

    /// <summary>Instead of <see cref="OnStarted"/>, and last: TLS, which was to come first, has failed.</summary>
    void OnStartFailed(TlsFailure failure, string detail);

    /// <summary>TLS, which was started on the open connection, is there: what is received and sent from now on is under it.</summary>
    void OnTlsStarted();

    /// <summary>Takes received bytes, to read and change until it returns.</summary>
    void OnReceived(Span<byte> data);

    /// <summary>The peer sends no more.</summary>
    void OnPeerClosed();

    /// <summary>More than the high water mark waits.</summary>
    void OnThrottled();

    /// <summary>No more than the low water mark waits.</summary>
    void OnUnthrottled();

    /// <summary>The kernel has taken everything up to the send that bore this token.</summary>
    void OnSent(SendToken token);

    /// <summary>Nothing came or went for the idle time.</summary>
    void OnIdleTimeout();

    /// <summary>Encodes a message onto the wire (<see cref="TcpConnection.WriteWire(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>); it is its turn now.</summary>
    void Encode(byte kind, ReadOnlySpan<byte> data);

    /// <summary>Takes what another thread did: a send of this kind, or a command of the protocol (a close).</summary>
    /// <param name="item">What it is.</param>
    /// <param name="data">Its bytes, until this returns.</param>
    void OnForeign(QueuedSend item, ReadOnlySpan<byte> data);

    /// <summary>Messages that were accepted and waited were dropped, or replaced by newer ones of their keys; also amid a send.</summary>
    void OnDropped(int dropped, int replaced);

    /// <summary>The connection has ended; nothing comes after this.</summary>
    void OnClosed(CloseCause cause);
}
