// SPDX-License-Identifier: MIT
using System.Net;

namespace Mare.Testing;

/// <summary>Is one end of a connection: what came to it and how it stands. Everything under the network's gate.</summary>
internal sealed class InMemoryEnd
{
    private readonly ByteQueue _incoming = new();

    private InMemoryEnd(InMemoryNetwork network, EndPoint? localEndPoint, EndPoint? remoteEndPoint)
    {
        Network = network;
        LocalEndPoint = localEndPoint;
        RemoteEndPoint = remoteEndPoint;
    }

    public InMemoryNetwork Network { get; }

    public Lock Gate => Network.Gate;

    public EndPoint? LocalEndPoint { get; }

    public EndPoint? RemoteEndPoint { get; }

    /// <summary>Gets the other end.</summary>
    public InMemoryEnd Other { get; private set; } = null!;

    /// <summary>Gets or sets whoever has this end, once somebody has: it hears that something changed.</summary>
    public IInMemoryOwner? Owner { get; set; }

    /// <summary>Gets whether this end sends no more.</summary>
    public bool HasFinished { get; private set; }

    /// <summary>Gets whether this end has no descriptor any more.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Gets whether this end sees the connection reset.</summary>
    public bool SeesReset { get; private set; }

    /// <summary>Gets how many bytes came and were not taken.</summary>
    public int Unread => _incoming.Count;

    /// <summary>Gets how many bytes a loop may send from this end now; an end that is gone takes everything, once.</summary>
    public int Room => Other.IsGone ? int.MaxValue : Network.Options.Window - Other.Unread;

    /// <summary>Makes both ends of a connection.</summary>
    public static (InMemoryEnd Client, InMemoryEnd Server) CreatePair(InMemoryNetwork network, EndPoint? client, EndPoint server)
    {
        var ends = (Client: new InMemoryEnd(network, client, server), Server: new InMemoryEnd(network, server, client));
        ends.Client.Other = ends.Server;
        ends.Server.Other = ends.Client;
        return ends;
    }

    /// <summary>Sends bytes to the other end, however many it holds already.</summary>
    public void Send(ReadOnlySpan<byte> data)
    {
        if (SeesReset) return;
        if (Other.IsGone)
        {
            // Nobody is there to read: the answer is a reset.
            BeReset();
            return;
        }

        Other._incoming.Write(data);
        Other.Owner?.OnChanged();
    }

    /// <summary>Takes as many bytes as there are and fit.</summary>
    public int Read(Span<byte> into)
    {
        var length = _incoming.Read(into);
        // There is room again.
        Other.Owner?.OnChanged();
        return length;
    }

    /// <summary>Takes all bytes; who sends them is about to look at the room itself.</summary>
    public void MoveUnreadTo(ByteQueue taken) => _incoming.MoveTo(taken);

    /// <summary>Sends no more (FIN).</summary>
    public void Finish()
    {
        HasFinished = true;
        Other.Owner?.OnChanged();
    }

    /// <summary>Closes the descriptor; what was not read turns that into a reset, as with TCP.</summary>
    public void Close(bool reset)
    {
        if (IsGone) return;
        IsGone = true;
        if (reset || Unread > 0) Other.BeReset();
        Finish();
    }

    private void BeReset()
    {
        if (IsGone) return;
        SeesReset = true;
        // A reset overtakes what was not read yet.
        _incoming.Clear();
        Owner?.OnChanged();
    }
}

/// <summary>Has an end of a connection: a loop's transport, or a test's peer.</summary>
internal interface IInMemoryOwner
{
    /// <summary>Hears that bytes came, there is room again, or the other end has ended. Under the gate.</summary>
    void OnChanged();
}
