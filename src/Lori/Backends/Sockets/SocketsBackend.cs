// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Backends.Sockets;

/// <summary>
/// Reaches the kernel through System.Net.Sockets, on every system that .NET has. Operations complete on threads of the
/// pool, which put them into a queue and wake the loop; everything else happens on the loop.
/// </summary>
internal sealed class SocketsBackend : Backend
{
    // More have rarely a send in flight at once, or end in one turn; the rest goes back to the garbage collector.
    private const int MaxSpareOperations = 1024;

    private readonly int _maxEvents;
    private readonly byte[] _receiveBuffer;
    private readonly CompletionQueue _completions = new();

    // Without spinning: the completions that would end it come from other threads, which need the processor.
    private readonly ManualResetEventSlim _signal = new(initialState: false, spinCount: 0);
    private readonly Queue<ISocketsTarget> _ready = new();
    private readonly Stack<SocketsOperation> _spare = new();
    private readonly HashSet<SocketsTransport> _ending = []; // closed, and the system still holds a block
    private List<SocketsTransport> _closing = [];
    private List<SocketsTransport> _spareClosing = [];
    private bool _givenUp;

    public SocketsBackend(EventLoopOptions options)
    {
        _maxEvents = options.MaxEventsPerTurn;
        MaxReads = options.MaxReadsPerTurn;
        _receiveBuffer = GC.AllocateUninitializedArray<byte>(options.ReceiveBufferSize, pinned: true);
    }

    public override string Name => "sockets";

    public int MaxReads { get; }

    public Span<byte> ReceiveBuffer => _receiveBuffer;

    /// <summary>Gets the list of segments that a send is made of; the call's own, so that none is allocated.</summary>
    public List<ArraySegment<byte>> Gather { get; } = [];

    public SilentSockets Silent { get; } = new();

    public override void Wait(int milliseconds)
    {
        // What the last turn left, or its closing callbacks asked for, is still to be done.
        if (_ready.Count > 0 || _closing.Count > 0) milliseconds = 0;
        if (milliseconds != 0) _signal.Wait(Silent.Shorten(milliseconds));
        // Whoever signalled pushed before, and Dispatch takes what was pushed: nothing is lost by forgetting it here.
        _signal.Reset();
    }

    public override void Dispatch()
    {
        Silent.Look();
        SocketsOperation? next;
        for (var operation = _completions.TakeAll(); operation is not null; operation = next)
        {
            next = operation.Next;
            operation.Next = null;
            if (operation.Owner is { } owner) owner.OnCompleted(operation);
            else Return(operation);
        }

        // Whoever gets into the line meanwhile waits for the next turn.
        for (var left = Math.Min(_maxEvents, _ready.Count); left > 0; left--)
        {
            var target = _ready.Dequeue();
            target.IsQueued = false;
            target.OnReady();
        }
    }

    public override void Wake() => _signal.Set();

    public override void EndTurn()
    {
        if (_givenUp) _closing.AddRange(_ending.Except(_closing));
        if (_closing.Count == 0) return;
        // What is closed by the callbacks below waits for the next turn.
        (_closing, _spareClosing) = (_spareClosing, _closing);
        foreach (var transport in _spareClosing)
        {
            if (transport.TryEnd(_givenUp)) _ending.Remove(transport);
            else _ending.Add(transport);
        }

        _spareClosing.Clear();
    }

    /// <remarks>All end, but on the pool: who holds its threads holds them up.</remarks>
    public override void GiveUp() => _givenUp = true;

    public override BackendListener Listen(EndPoint endPoint, ListenOptions options, IListenerEvents events) =>
        new SocketsListener(this, ListeningSocket.Open(endPoint, options), options.Connection, events);

    public override PendingConnect Connect(EndPoint endPoint, TcpConnectionOptions options, IConnectEvents events) =>
        new SocketsConnect(this, endPoint, options, events);

    public override Transport Attach(AcceptedSocket socket, ITransportEvents events) =>
        new SocketsTransport(this, (SocketsAcceptedSocket)socket, events);

    /// <remarks>The object itself goes on to be used: a second one over its handle could not be registered for completions.</remarks>
    public override AcceptedSocket Adopt(Socket socket)
    {
        socket.Blocking = false;
        return new SocketsAcceptedSocket(socket, socket.RemoteEndPoint);
    }

    public override void Dispose()
    {
        // The signal is not disposed of: a late poster may still set it.
        SocketsOperation? next;
        for (var operation = _completions.Seal(); operation is not null; operation = next)
        {
            next = operation.Next;
            Discard(operation);
        }

        foreach (var operation in _spare) operation.Dispose();
        _spare.Clear();
    }

    /// <summary>Takes an operation that has completed. Any thread.</summary>
    public void Complete(SocketsOperation operation)
    {
        if (!_completions.TryPush(operation, out var isFirst)) Discard(operation);
        else if (isFirst) _signal.Set();
    }

    /// <summary>Puts a target in line for the next turn, or for this one if its completions are being noted.</summary>
    public void Enqueue(ISocketsTarget target)
    {
        if (target.IsQueued) return;
        target.IsQueued = true;
        _ready.Enqueue(target);
    }

    public SocketsOperation Rent(ISocketsTarget owner)
    {
        if (!_spare.TryPop(out var operation)) operation = new SocketsOperation(this);
        operation.Owner = owner;
        return operation;
    }

    /// <summary>Takes back an operation that is not pending.</summary>
    public void Return(SocketsOperation operation)
    {
        operation.Owner = null;
        operation.RemoteEndPoint = null;
        if (operation.Count > 0) operation.SetBuffer(null, 0, 0);
        if (_spare.Count < MaxSpareOperations) _spare.Push(operation);
        else operation.Dispose();
    }

    public void ScheduleClose(SocketsTransport transport) => _closing.Add(transport);

    /// <summary>Throws away what completed after the loop has ended.</summary>
    private static void Discard(SocketsOperation operation)
    {
        operation.AcceptSocket?.Dispose();
        operation.Dispose();
    }
}
