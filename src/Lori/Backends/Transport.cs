// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Backends;

/// <summary>Is one connection as the backend sees it. Loop only.</summary>
/// <remarks>
/// The contract, the same for every backend: nothing is delivered from inside a call to the transport; one send is in
/// flight at most; blocks handed to <see cref="Send"/> belong to the backend until that send completes or
/// <see cref="ITransportEvents.OnClosed"/> has come; bytes may still arrive after <see cref="StopReceive"/>; after
/// <see cref="Close"/> only <see cref="ITransportEvents.OnClosed"/> comes, exactly once.
/// </remarks>
internal abstract class Transport
{
    /// <summary>
    /// How much a backend may leave to the end of the turn: no more than the default high water mark, since who sends more wants to know
    /// within the turn what was taken.
    /// </summary>
    public const int LargestDeferred = 64 * 1024;

    public abstract EndPoint? LocalEndPoint { get; }

    public abstract EndPoint? RemoteEndPoint { get; }

    /// <summary>Has someone else told what happens from now on, such as TLS that stands in between.</summary>
    public abstract void Redirect(ITransportEvents events);

    /// <summary>Gets whether the peer can be told that no more is sent while this side goes on to receive.</summary>
    public virtual bool CanShutdownSend => true;

    /// <summary>Starts to deliver received bytes, or goes on.</summary>
    public abstract void StartReceive();

    /// <summary>Stops to deliver received bytes; some may still come.</summary>
    public abstract void StopReceive();

    /// <summary>Sends from the start of <paramref name="segments"/>; may send less than all of it.</summary>
    /// <returns>
    /// The bytes that were taken when the send completed at once, at least 1; 0 when it is in flight and
    /// <see cref="ITransportEvents.OnSendCompleted"/> or <see cref="ITransportEvents.OnFailed"/> will come.
    /// </returns>
    public abstract int Send(ReadOnlySpan<Segment> segments);

    /// <summary>Sends from bytes that stay the caller's, before it returns. Does nothing while a send is in flight.</summary>
    /// <param name="head">What goes first.</param>
    /// <param name="data">What goes behind it.</param>
    /// <returns>
    /// The bytes that were taken; 0 where none are, where the connection is broken (which <see cref="Send"/> finds), or where the
    /// backend cannot.
    /// </returns>
    public virtual int SendUncopied(ReadOnlySpan<byte> head, ReadOnlySpan<byte> data) => 0;

    /// <summary>
    /// Sends a part of more than <see cref="LargestDeferred"/>, and so leaves nothing to the end of the turn that could be taken now.
    /// Otherwise as <see cref="Send"/>.
    /// </summary>
    public virtual int SendAtOnce(ReadOnlySpan<Segment> segments) => Send(segments);

    /// <summary>
    /// Says that <see cref="ShutdownSend"/> or <see cref="Close"/> comes behind what is sent next: a backend may keep the last of it
    /// back until then, and so save a packet.
    /// </summary>
    public virtual void AnnounceEnd()
    {
    }

    /// <summary>Gets whether what is in flight may have been taken already, which is told in the next turn.</summary>
    public virtual bool IsSendUntold => false;

    /// <summary>Sends no more (FIN). No send may be in flight. Without <see cref="CanShutdownSend"/> the peer hears nothing of it.</summary>
    public abstract void ShutdownSend();

    /// <summary>
    /// Ends the connection at the end of this turn, or of the turn in which what was in flight has ended; it is given up.
    /// </summary>
    /// <param name="reset">Whether the peer sees a reset rather than an orderly end.</param>
    public abstract void Close(bool reset);
}

/// <summary>Is told what happens on a transport. Loop only.</summary>
internal interface ITransportEvents
{
    /// <summary>Takes received bytes, which are the callee's to read and change until it returns.</summary>
    void OnReceived(Span<byte> data);

    /// <summary>Hears that the peer sends no more (FIN) and all that it sent was delivered.</summary>
    void OnEndOfStream();

    /// <summary>Hears that the send in flight took this many bytes, at least 1.</summary>
    void OnSendCompleted(int bytes);

    /// <summary>Hears that the connection is broken (reset, time-out): the callee should close it.</summary>
    void OnFailed(SocketError error);

    /// <summary>Hears, last, that the descriptor is closed and no memory is held any more.</summary>
    void OnClosed();
}

/// <summary>Names a part of a <see cref="Block"/> that is to be sent.</summary>
internal struct Segment(Block block, int offset, int length)
{
    public Block Block = block;
    public int Offset = offset;
    public int Length = length;
}
