// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori;
using Lori.Backends;

namespace Mare.Testing;

/// <summary>Is the backend of one loop on an <see cref="InMemoryNetwork"/>.</summary>
internal sealed class InMemoryBackend : Backend
{
    private readonly InMemoryNetwork _network;
    private readonly int _maxEvents;
    private readonly ManualResetEventSlim _signal = new();
    private readonly Queue<IInMemorySource> _ready = new();
    private List<InMemoryTransport> _closing = [];
    private List<InMemoryTransport> _spareClosing = [];

    public InMemoryBackend(InMemoryNetwork network, EventLoopOptions options)
    {
        _network = network;
        _maxEvents = options.MaxEventsPerTurn;
        MaxReads = options.MaxReadsPerTurn;
        ReceiveBuffer = new byte[options.ReceiveBufferSize];
    }

    public override string Name => "memory";

    public int MaxReads { get; }

    public byte[] ReceiveBuffer { get; }

    /// <summary>Gets how often someone ended a wait. Any thread.</summary>
    public int Wakes { get; private set; }

    /// <summary>Gets whether a turn would find something to do. On the driver's thread.</summary>
    public bool HasEvents
    {
        get
        {
            lock (_network.Gate) return _ready.Count > 0 || _closing.Count > 0;
        }
    }

    public override void Wait(int milliseconds)
    {
        if (milliseconds != 0 && !HasEvents) _signal.Wait(milliseconds);
        _signal.Reset();
    }

    public override void Dispatch()
    {
        for (var left = Math.Min(_maxEvents, CountReady()); left > 0; left--)
        {
            IInMemorySource source;
            lock (_network.Gate)
            {
                source = _ready.Dequeue();
                source.IsQueued = false;
            }

            source.OnReady();
            lock (_network.Gate) Look(source);
        }
    }

    public override void Wake()
    {
        lock (_network.Gate) Wakes++;
        _signal.Set();
    }

    public override void EndTurn()
    {
        if (_closing.Count == 0) return;
        // What is closed by the callbacks below waits for the next turn.
        (_closing, _spareClosing) = (_spareClosing, _closing);
        foreach (var transport in _spareClosing) transport.CloseNow();
        _spareClosing.Clear();
    }

    public override BackendListener Listen(EndPoint endPoint, ListenOptions options, IListenerEvents events)
    {
        lock (_network.Gate) return new InMemoryListener(this, _network, endPoint, options, events);
    }

    public override Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        _network.FindName(host).WaitAsync(cancellationToken);

    public override PendingConnect Connect(EndPoint endPoint, TcpConnectionOptions options, IConnectEvents events)
    {
        var attempt = new InMemoryConnect(_network, endPoint, events);
        lock (_network.Gate) Look(attempt);
        return attempt;
    }

    public override Transport Attach(AcceptedSocket socket, ITransportEvents events)
    {
        var end = ((InMemoryAcceptedSocket)socket).Take();
        var transport = new InMemoryTransport(this, end, events);
        lock (_network.Gate)
        {
            end.Owner = transport;
            Look(transport);
        }

        return transport;
    }

    public override AcceptedSocket Adopt(Socket socket) =>
        throw new NotSupportedException("An in-memory network has no sockets; connect a peer to a listener instead.");

    public override void Dispose()
    {
        lock (_network.Gate) _ready.Clear();
    }

    /// <summary>Puts a source in line for the next turn if it has something to do. Under the gate.</summary>
    public void Look(IInMemorySource source)
    {
        if (source.IsQueued || !source.HasWork) return;
        source.IsQueued = true;
        _ready.Enqueue(source);
        _signal.Set();
    }

    public void ScheduleClose(InMemoryTransport transport) => _closing.Add(transport);

    private int CountReady()
    {
        lock (_network.Gate) return _ready.Count;
    }
}
