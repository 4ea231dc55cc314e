// SPDX-License-Identifier: MIT
using System.Net;

namespace Lori.Backends;

/// <summary>
/// Reaches the kernel (or what plays it) for one loop. Shaped by completion: these bytes arrived in this memory, that
/// write is done, this descriptor is closed. Everything but <see cref="Wake"/> is called on the loop.
/// </summary>
internal abstract class Backend : IDisposable
{
    /// <summary>Gets the name by which options and logs know this backend.</summary>
    public abstract string Name { get; }

    /// <summary>Waits until something happened, someone called <see cref="Wake"/>, or the time is over.</summary>
    /// <param name="milliseconds">How long at most; 0 only looks, -1 waits without end.</param>
    public abstract void Wait(int milliseconds);

    /// <summary>Hands what happened, a bounded number of events, to the transports and listeners it belongs to.</summary>
    public abstract void Dispatch();

    /// <summary>Ends a running or the next <see cref="Wait"/>. Any thread; also after <see cref="Dispose"/>.</summary>
    public abstract void Wake();

    /// <summary>Closes the descriptors that ended in this turn, and reports each by <see cref="ITransportEvents.OnClosed"/>.</summary>
    public abstract void EndTurn();

    /// <summary>
    /// Waits no longer for operations that do not end, though they were given up: the next turn, which must be the loop's last,
    /// tells their connections the end. Their memory is not used again. Does nothing where all of them end at once.
    /// </summary>
    public virtual void GiveUp()
    {
    }

    /// <summary>Starts to listen on one address.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The address cannot be had.</exception>
    public abstract BackendListener Listen(EndPoint endPoint, ListenOptions options, IListenerEvents events);

    /// <summary>Finds the addresses of a name, in the order in which they should be tried. Any thread.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">There is none.</exception>
    public virtual Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        Dns.GetHostAddressesAsync(host, cancellationToken);

    /// <summary>Begins to connect to one address. What comes of it is told in a later turn, never from inside this call.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">
    /// The system refuses at once; OperationNotSupported where there are no outgoing connections at all.
    /// </exception>
    public abstract PendingConnect Connect(EndPoint endPoint, TcpConnectionOptions options, IConnectEvents events);

    /// <summary>Takes a connected socket, of any loop of the same kind, into this loop. It receives nothing yet.</summary>
    public abstract Transport Attach(AcceptedSocket socket, ITransportEvents events);

    /// <summary>Takes over a connected socket that someone else made; its object is not to be used any more. Any thread.</summary>
    /// <exception cref="NotSupportedException">This backend has no sockets.</exception>
    public abstract AcceptedSocket Adopt(System.Net.Sockets.Socket socket);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>Listens on one address. Loop only.</summary>
internal abstract class BackendListener
{
    /// <summary>Gets the address with the port the kernel chose.</summary>
    public abstract EndPoint LocalEndPoint { get; }

    /// <summary>Stops to take connections for a while (after an error) or takes them again.</summary>
    public abstract void SetAccepting(bool accepting);

    /// <summary>Stops for good; connections that wait in the backlog are refused.</summary>
    public abstract void Close();
}

/// <summary>Is told what happens on a listener. Loop only.</summary>
internal interface IListenerEvents
{
    /// <summary>Takes a new connection, which must end in <see cref="Backend.Attach"/> or <see cref="AcceptedSocket.Dispose"/>.</summary>
    void OnAccepted(AcceptedSocket socket);

    /// <summary>Hears that the system could not accept (no descriptors left, no memory); it should pause.</summary>
    void OnAcceptFailed(System.Net.Sockets.SocketError error);
}

/// <summary>Is an attempt to connect whose end was not told yet. Loop only.</summary>
internal abstract class PendingConnect
{
    /// <summary>Gives the attempt up and closes its descriptor: nothing is told any more. Does nothing after the end was told.</summary>
    public abstract void Abandon();
}

/// <summary>Is told, once, what came of an attempt to connect. Loop only.</summary>
internal interface IConnectEvents
{
    /// <summary>Takes the new connection, which must end in <see cref="Backend.Attach"/> or <see cref="AcceptedSocket.Dispose"/>.</summary>
    void OnConnected(AcceptedSocket socket);

    /// <summary>Hears why there is none.</summary>
    void OnConnectFailed(System.Net.Sockets.SocketError error);
}

/// <summary>Is a connection, accepted or made, that no loop has taken yet. Any thread, one at a time.</summary>
internal abstract class AcceptedSocket : IDisposable
{
    /// <summary>Gets the peer's address.</summary>
    public abstract EndPoint? RemoteEndPoint { get; }

    /// <summary>Closes the connection, if no loop took it.</summary>
    public abstract void Dispose();
}
