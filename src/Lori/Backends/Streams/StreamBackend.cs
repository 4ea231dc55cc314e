// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Backends.Streams;

/// <summary>
/// Brings duplex streams and pipes to a loop: their operations end on any thread and stand in line here until the loop's
/// next turn. It is the whole backend of a <see cref="Strand"/>, and stands beside the kernel's on other loops.
/// </summary>
internal sealed class StreamBackend : Backend
{
    private readonly Action? _announce;
    private readonly Action? _wake;
    private readonly int _maxEvents;
    private readonly int _receiveBufferSize;
    private readonly ManualResetEventSlim _signal = new();
    private readonly HashSet<DuplexTransport> _ending = [];
    private List<DuplexTransport> _closing = [];
    private List<DuplexTransport> _spareClosing = [];
    private DuplexTransport? _newest; // a stack that any thread pushes on
    private DuplexTransport? _oldest; // taken from it, in order
    private byte[]? _receiveBuffer;
    private bool _givenUp;

    /// <param name="options">The loop's options.</param>
    /// <param name="buffers">The loop's pool.</param>
    /// <param name="announce">Hears, on any thread, that something waits for a turn; null ends a <see cref="Wait"/>.</param>
    /// <param name="wake">Is what <see cref="Wake"/> does; null ends a <see cref="Wait"/>.</param>
    public StreamBackend(EventLoopOptions options, LoopBufferPool buffers, Action? announce = null, Action? wake = null)
    {
        _announce = announce;
        _wake = wake;
        _maxEvents = options.MaxEventsPerTurn;
        _receiveBufferSize = options.ReceiveBufferSize;
        MaxReads = options.MaxReadsPerTurn;
        TimeProvider = options.TimeProvider;
        Buffers = buffers;
    }

    public override string Name => "streams";

    public int MaxReads { get; }

    public TimeProvider TimeProvider { get; }

    public LoopBufferPool Buffers { get; }

    /// <summary>Gets whether something stands in line. Any thread.</summary>
    public bool HasCompletions => Volatile.Read(ref _newest) is not null;

    /// <summary>Gets whether a turn would find something to do. Loop only.</summary>
    public bool HasWork => HasCompletions || _oldest is not null || _closing.Count > 0;

    public override void Wait(int milliseconds)
    {
        if (milliseconds != 0 && !HasWork) _signal.Wait(milliseconds);
        _signal.Reset();
    }

    public override void Dispatch()
    {
        // Whoever gets into the line meanwhile waits for the next turn.
        _oldest ??= TakeAll();
        for (var left = _maxEvents; left > 0 && _oldest is { } transport; left--)
        {
            // Unlinked before its signals are taken: from then on it may be pushed again.
            (_oldest, transport.Next) = (transport.Next, null);
            transport.OnSignalled();
        }
    }

    public override void Wake()
    {
        if (_wake is null) _signal.Set();
        else _wake();
    }

    public override void EndTurn()
    {
        // Whoever has not ended by now is left alone: see GiveUp.
        if (_givenUp) _closing.AddRange(_ending.Except(_closing));
        if (_closing.Count == 0) return;
        // What is closed by the callbacks below waits for the next turn.
        (_closing, _spareClosing) = (_spareClosing, _closing);
        foreach (var transport in _spareClosing) GoOnClosing(transport);
        _spareClosing.Clear();
    }

    /// <remarks>Some end neither when they are cancelled nor when their stream is disposed of.</remarks>
    public override void GiveUp() => _givenUp = true;

    public override BackendListener Listen(EndPoint endPoint, ListenOptions options, IListenerEvents events) =>
        throw new NotSupportedException(
            "Event loops on the thread pool listen nowhere: they take streams, pipes and connected sockets. "
            + "Listen on the loops of new EventLoopGroup(...).");

    public override PendingConnect Connect(EndPoint endPoint, TcpConnectionOptions options, IConnectEvents events) =>
        throw new SocketException((int)SocketError.OperationNotSupported);

    public override Transport Attach(AcceptedSocket socket, ITransportEvents events) =>
        ((AcceptedStream)socket).Attach(this, events);

    public override AcceptedSocket Adopt(Socket socket) =>
        AcceptedStream.Of(new NetworkStream(socket, ownsSocket: true), local: null, remote: null);

    public override void Dispose() => _signal.Dispose();

    /// <summary>Puts a transport in line for the next turn; it must not stand there. Any thread.</summary>
    public void Push(DuplexTransport transport)
    {
        var newest = Volatile.Read(ref _newest);
        while (true)
        {
            transport.Next = newest;
            var seen = Interlocked.CompareExchange(ref _newest, transport, newest);
            if (ReferenceEquals(seen, newest)) break;
            newest = seen;
        }

        if (_announce is null) _signal.Set();
        else _announce();
    }

    public void ScheduleClose(DuplexTransport transport) => _closing.Add(transport);

    /// <summary>Lends the loop's receive buffer; who keeps it while a read is pending leaves the loop to make another.</summary>
    public byte[] TakeReceiveBuffer()
    {
        var buffer = _receiveBuffer ?? GC.AllocateUninitializedArray<byte>(_receiveBufferSize);
        _receiveBuffer = null;
        return buffer;
    }

    public void ReturnReceiveBuffer(byte[] buffer) => _receiveBuffer = buffer;

    private void GoOnClosing(DuplexTransport transport)
    {
        if (transport.TryClose(_givenUp)) _ending.Remove(transport);
        else _ending.Add(transport);
    }

    private DuplexTransport? TakeAll()
    {
        DuplexTransport? oldest = null;
        for (var transport = Interlocked.Exchange(ref _newest, null); transport is not null;)
        {
            var next = transport.Next;
            transport.Next = oldest;
            oldest = transport;
            transport = next;
        }

        return oldest;
    }
}
