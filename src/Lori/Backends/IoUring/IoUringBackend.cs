// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lori.Backends.Linux;

namespace Lori.Backends.IoUring;

/// <summary>
/// Reaches Linux through io_uring: a turn costs one system call, which hands over the turn's sends and changes and brings
/// what was received and accepted meanwhile.
/// </summary>
/// <remarks>Made, used and disposed of on one thread. Unsafe: it fills in submissions by their address.</remarks>
internal sealed unsafe class IoUringBackend : Backend
{
    // Sends and changes of a turn; more are handed over in between.
    private const uint Submissions = 1024;

    // A burst on many connections; the kernel keeps what is beyond.
    private const uint Completions = 4096;

    // Above eight messages of 1 KiB at once, and below one of 16 KiB, from where on a direct read is the cheaper one.
    private const int LargestSmallRead = 12 * 1024;

    // What is cancelled ends at once; a bound on waiting for that at the end.
    private const int MaxEndingTurns = 16;

    private const int OperationBits = 8;

    // Backends whose loops ended with operations that did not: never freed, nor collected. Empty, unless the kernel has a fault.
    private static readonly ConcurrentBag<IoUringBackend> LeftToTheKernel = [];

    private readonly Ring _ring;
    private readonly BufferRing _buffers;
    private readonly MessageHeaders _messages = new();
    private readonly Waker _waker = new();
    private readonly int _maxEvents;
    private readonly int _readBufferSize;
    private readonly List<IoUringTransport> _changed = [];
    private readonly List<IoUringListener> _changedListeners = [];
    private readonly Stack<int> _freeSlots = new();
    private List<IoUringTransport> _sending = []; // their send is in the ring, or was taken, and its result is not told
    private List<IoUringTransport> _spareSending = [];
    private List<IoUringTransport> _reading = []; // there may be something to read, and no completion will tell
    private List<IoUringTransport> _spareReading = [];
    private List<IoUringTransport> _closing = [];
    private List<IoUringTransport> _spareClosing = [];
    private IIoUringTarget?[] _slots = new IIoUringTarget?[64];
    private int _slotCount;
    private uint _scanned; // completions before this position were looked through for failed sends
    private byte[]? _readBuffer;
    private bool _givenUp;

    public IoUringBackend(EventLoopOptions options)
        : this(options, IoUringSupport.Features, Completions)
    {
    }

    /// <summary>Makes one that does without some of what the kernel has, or with a smaller ring: tests see by it what falls back.</summary>
    public IoUringBackend(EventLoopOptions options, IoUringFeatures features, uint completions)
    {
        Features = features;
        _maxEvents = options.MaxEventsPerTurn;
        MaxReads = options.MaxReadsPerTurn;
        _readBufferSize = options.ReceiveBufferSize;
        LargeRead = Math.Min(LargestSmallRead, options.ReceiveBufferSize);
        try
        {
            _ring = new Ring(Math.Min(Submissions, completions), completions, features);
            _buffers = new BufferRing(_ring, options.ReceiveBufferSize, features);
        }
        catch
        {
            _ring?.Dispose();
            _waker.Close();
            throw;
        }

        WatchWaker();
    }

    public override string Name => "io_uring";

    /// <summary>Gets which of the optional features are used.</summary>
    public IoUringFeatures Features { get; }

    public int MaxReads { get; }

    /// <summary>Gets from how many bytes on one delivery counts as much.</summary>
    public int LargeRead { get; }

    public BufferRing Buffers => _buffers;

    /// <summary>Gets the buffer into which connections are read that send much: one after the other, so one is enough.</summary>
    public byte* ReadBuffer
    {
        get
        {
            _readBuffer ??= GC.AllocateUninitializedArray<byte>(_readBufferSize, pinned: true);
            return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_readBuffer));
        }
    }

    public int ReadBufferSize => _readBufferSize;

    /// <summary>Gets the number of this turn, which wraps around: what is counted a turn begins anew with each.</summary>
    public uint Turn { get; private set; }

    public override void Wait(int milliseconds)
    {
        // Completions are left, or bytes, or sends that may have completed, or what the last turn's closing callbacks asked for.
        if (_sending.Count > 0 || _reading.Count > 0 || _changed.Count > 0 || _changedListeners.Count > 0 || _closing.Count > 0
            || _ring.FirstCompletion != _ring.EndOfCompletions)
        {
            milliseconds = 0;
        }

        _ring.Enter(milliseconds);
        if (!_ring.HasSubmissions) _messages.Clear();
    }

    public override void Dispatch()
    {
        Turn++;
        // What comes later, while callbacks run, waits for the next turn.
        var end = _ring.EndOfCompletions;
        TellSent(end);
        ReadAgain();
        var position = _ring.FirstCompletion;
        for (var left = _maxEvents; left > 0 && position != end; left--)
        {
            var completion = _ring.CompletionAt(position);
            var operation = (Operation)(byte)completion->UserData;
            var target = _slots[(int)(completion->UserData >> OperationBits)];
            // A connection that has had its share: what is behind it waits too, so that order holds.
            if (operation == Operation.Receive && !Unsafe.As<IoUringTransport>(target!).TryCountRead()) break;
            position++;
            switch (operation)
            {
                case Operation.None:
                case Operation.Send: // was looked at before
                    break;
                case Operation.Wake:
                    if ((completion->Flags & Kernel.HasMore) == 0) WatchWaker();
                    break;
                default:
                    target!.OnCompleted(operation, completion->Result, completion->Flags);
                    break;
            }
        }

        _ring.Release(position);
        _buffers.Publish();
    }

    public override void Wake() => _waker.Signal();

    public override void EndTurn()
    {
        ApplyChanges();
        if (_givenUp) foreach (var slot in _slots) if (slot is IoUringTransport { IsClosed: true } left && !_closing.Contains(left)) _closing.Add(left);
        CloseEnded();
    }

    public override void GiveUp() => _givenUp = true;

    public override BackendListener Listen(EndPoint endPoint, ListenOptions options, IListenerEvents events) =>
        new IoUringListener(this, ListeningSocket.Open(endPoint, options), events);

    public override PendingConnect Connect(EndPoint endPoint, TcpConnectionOptions options, IConnectEvents events) =>
        new IoUringConnect(this, endPoint, options, events);

    public override Transport Attach(AcceptedSocket socket, ITransportEvents events) =>
        new IoUringTransport(this, (ConnectedDescriptor)socket, events);

    public override AcceptedSocket Adopt(Socket socket) => ConnectedDescriptor.Adopt(socket);

    public override void Dispose()
    {
        // Listeners and attempts to connect that were given up in the last turn.
        for (var i = 0; i < MaxEndingTurns && (i == 0 || _ring.HasSubmissions); i++)
        {
            _ring.Enter(0);
            Dispatch();
        }

        _ring.Dispose();
        _waker.Close();
        var isFree = true;
        foreach (var target in _slots)
        {
            isFree &= target is not IoUringTransport;
            target?.OnRingClosed();
        }

        // The kernel ends what is pending in its own time: memory that it might read or write is left to it.
        if (isFree) _buffers.Free();
        else LeftToTheKernel.Add(this);
    }

    /// <summary>Gets a number by which completions find the target.</summary>
    public int Register(IIoUringTarget target)
    {
        if (!_freeSlots.TryPop(out var slot))
        {
            slot = ++_slotCount; // 0 is nobody's
            if (slot == _slots.Length) Array.Resize(ref _slots, slot * 2);
        }

        _slots[slot] = target;
        return slot;
    }

    /// <summary>Gives the number back; no operation may be pending.</summary>
    public void Unregister(int slot)
    {
        _slots[slot] = null;
        _freeSlots.Push(slot);
    }

    /// <summary>Gets the next submission, to be filled in.</summary>
    public Submission* Submit(Opcode opcode, int descriptor, int slot, Operation operation)
    {
        var submission = _ring.Next();
        submission->Opcode = opcode;
        submission->Descriptor = descriptor;
        submission->UserData = UserData(slot, operation);
        return submission;
    }

    /// <summary>Has an operation end soon, if it has not: its completion says so.</summary>
    public void Cancel(int slot, Operation operation)
    {
        var submission = Submit(Opcode.Cancel, -1, 0, Operation.None);
        submission->Flags = Kernel.SkipSuccess;
        submission->Address = UserData(slot, operation);
    }

    /// <summary>Sends what the socket takes at once, when the turn is over; what came of it is told in the next turn.</summary>
    /// <returns>False where there is no room to describe it.</returns>
    public bool TrySubmitSend(IoUringTransport transport, int descriptor, int slot, ReadOnlySpan<Segment> segments, int flags)
    {
        void* message = null;
        if (segments.Length > 1 && !_messages.TryAdd(segments, out message)) return false;
        var submission = Submit(segments.Length > 1 ? Opcode.SendMessage : Opcode.Send, descriptor, slot, Operation.Send);
        transport.SendPosition = _ring.NextPosition - 1;
        submission->Address = message is null ? (ulong)(segments[0].Block.Pointer + segments[0].Offset) : (ulong)message;
        submission->Length = message is null ? (uint)segments[0].Length : 1;
        // All or a failure, without waiting: so the kernel need not tell of success, and is done when it has taken it.
        submission->OperationFlags = (uint)flags | Libc.MsgDontWait | Libc.MsgWaitAll;
        submission->Flags = Kernel.SkipSuccess;
        _sending.Add(transport);
        return true;
    }

    /// <summary>Has an operation end before this returns, so that it holds its socket no longer. Its completion is told as ever.</summary>
    public void CancelNow(int slot, Operation operation)
    {
        Cancel(slot, operation);
        var position = _ring.FirstCompletion;
        for (var i = 0; i < MaxEndingTurns; i++)
        {
            _ring.Enter(0);
            for (; position != _ring.EndOfCompletions; position++)
            {
                var completion = _ring.CompletionAt(position);
                if (completion->UserData == UserData(slot, operation) && (completion->Flags & Kernel.HasMore) == 0) return;
            }
        }
    }

    public void ScheduleChange(IoUringTransport transport) => _changed.Add(transport);

    public void ScheduleRead(IoUringTransport transport) => _reading.Add(transport);

    public void ScheduleChange(IoUringListener listener) => _changedListeners.Add(listener);

    public void ScheduleClose(IoUringTransport transport) => _closing.Add(transport);

    private static ulong UserData(int slot, Operation operation) => ((ulong)slot << OperationBits) | (byte)operation;

    private void WatchWaker()
    {
        // Again and again: each signal gives a completion, and nobody need read the eventfd.
        var submission = Submit(Opcode.PollAdd, _waker.Descriptor, 0, Operation.Wake);
        submission->OperationFlags = Libc.EpollIn;
        submission->Length = Kernel.PollMultishot;
    }

    /// <summary>Tells the ends of the sends that the kernel has taken: those of which it says nothing have sent everything.</summary>
    private void TellSent(uint end)
    {
        if (_sending.Count == 0)
        {
            _scanned = end;
            return;
        }

        for (var position = _scanned; position != end; position++)
        {
            var completion = _ring.CompletionAt(position);
            if ((Operation)(byte)completion->UserData != Operation.Send) continue;
            Unsafe.As<IoUringTransport>(_slots[(int)(completion->UserData >> OperationBits)]!).SendResult = completion->Result;
        }

        _scanned = end;
        // Failures may be among the completions that had no room.
        if (_ring.HasOverflow) return;
        var taken = _ring.TakenPosition;
        (_sending, _spareSending) = (_spareSending, _sending);
        foreach (var transport in _spareSending)
        {
            if ((int)(taken - transport.SendPosition) > 0) transport.OnSendTaken();
            else _sending.Add(transport);
        }

        _spareSending.Clear();
    }

    private void ReadAgain()
    {
        if (_reading.Count == 0) return;
        (_reading, _spareReading) = (_spareReading, _reading);
        foreach (var transport in _spareReading) transport.ReadAgain();
        _spareReading.Clear();
    }

    private void ApplyChanges()
    {
        for (var i = 0; i < _changed.Count; i++) _changed[i].ApplyChange();
        _changed.Clear();
        // One by one: a listener tells that it cannot accept, and may be told something in turn.
        for (var i = 0; i < _changedListeners.Count; i++) _changedListeners[i].ApplyChange();
        _changedListeners.Clear();
    }

    private void CloseEnded()
    {
        if (_closing.Count == 0) return;
        // What is closed by the callbacks below waits for the next turn.
        (_closing, _spareClosing) = (_spareClosing, _closing);
        foreach (var transport in _spareClosing) transport.TryEnd(_givenUp);
        _spareClosing.Clear();
    }
}
