// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lori.Backends.Linux;

namespace Lori.Backends.Epoll;

/// <summary>
/// Plays completions on Linux's readiness: level-triggered epoll, one receive buffer for the whole loop, sends tried at
/// once and finished when the socket is writable again.
/// </summary>
/// <remarks>Unsafe: it hands the kernel addresses of pinned memory that this class or a <see cref="Block"/> owns.</remarks>
internal sealed unsafe class EpollBackend : Backend
{
    // struct epoll_event is packed on x86-64 only: 12 bytes there, 16 on every other 64-bit machine.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private readonly int _epoll;
    private readonly int _maxEvents;
    private readonly byte[] _events;
    private readonly byte[] _receiveBuffer;
    private readonly Waker _waker = new();
    private readonly List<EpollTransport> _changed = [];
    private readonly Stack<int> _freeSlots = new();
    private readonly List<int> _freedSlots = [];
    private List<EpollTransport> _closing = [];
    private List<EpollTransport> _spareClosing = [];
    private IEpollTarget?[] _slots = new IEpollTarget?[64];
    private int _slotCount;
    private int _ready;

    public EpollBackend(EventLoopOptions options)
    {
        _maxEvents = options.MaxEventsPerTurn;
        MaxReads = options.MaxReadsPerTurn;
        _events = GC.AllocateUninitializedArray<byte>(_maxEvents * EventSize, pinned: true);
        _receiveBuffer = GC.AllocateUninitializedArray<byte>(options.ReceiveBufferSize, pinned: true);
        ReceiveBuffer = Address(_receiveBuffer);
        try
        {
            _epoll = Check(Libc.EpollCreate(Libc.EpollCloexec), "epoll_create1");
        }
        catch
        {
            _waker.Close();
            throw;
        }

        Register(new EpollWaker(_waker), _waker.Descriptor, Libc.EpollIn);
    }

    public override string Name => "epoll";

    public int MaxReads { get; }

    public byte* ReceiveBuffer { get; }

    public int ReceiveBufferSize => _receiveBuffer.Length;

    public override void Wait(int milliseconds)
    {
        // What the last turn's closing callbacks asked for is still to be done.
        if (_changed.Count > 0 || _closing.Count > 0) milliseconds = 0;
        _ready = Libc.EpollWait(_epoll, Address(_events), _maxEvents, milliseconds);
        if (_ready >= 0) return;
        _ready = 0;
        if (Marshal.GetLastPInvokeError() != Errno.Interrupted) throw new Win32Exception(Marshal.GetLastPInvokeError(), "epoll_wait failed");
    }

    public override void Dispatch()
    {
        var at = Address(_events);
        for (var i = 0; i < _ready; i++, at += EventSize)
        {
            var slot = Unsafe.ReadUnaligned<ulong>(at + DataOffset);
            _slots[slot]!.OnEvents(Unsafe.ReadUnaligned<uint>(at));
        }

        _ready = 0;
    }

    public override void Wake() => _waker.Signal();

    public override void EndTurn()
    {
        for (var i = 0; i < _changed.Count; i++) _changed[i].ApplyInterest();
        _changed.Clear();
        CloseEnded();
        foreach (var slot in _freedSlots) _freeSlots.Push(slot);
        _freedSlots.Clear();
    }

    private void CloseEnded()
    {
        if (_closing.Count == 0) return;
        // What is closed by the callbacks below waits for the next turn.
        (_closing, _spareClosing) = (_spareClosing, _closing);
        foreach (var transport in _spareClosing) transport.CloseNow();
        _spareClosing.Clear();
    }

    public override BackendListener Listen(EndPoint endPoint, ListenOptions options, IListenerEvents events) =>
        new EpollListener(this, ListeningSocket.Open(endPoint, options), events);

    public override PendingConnect Connect(EndPoint endPoint, TcpConnectionOptions options, IConnectEvents events) =>
        new EpollConnect(this, endPoint, options, events);

    public override Transport Attach(AcceptedSocket socket, ITransportEvents events) =>
        new EpollTransport(this, (ConnectedDescriptor)socket, events);

    public override AcceptedSocket Adopt(Socket socket)
    {
        socket.Blocking = false;
        return ConnectedDescriptor.Adopt(socket);
    }

    public override void Dispose()
    {
        _waker.Close();
        _ = Libc.Close(_epoll);
    }

    public int Register(IEpollTarget target, int descriptor, uint interest)
    {
        if (!_freeSlots.TryPop(out var slot))
        {
            slot = _slotCount++;
            if (slot == _slots.Length) Array.Resize(ref _slots, slot * 2);
        }

        _slots[slot] = target;
        try
        {
            Control(Libc.EpollCtlAdd, descriptor, slot, interest);
            return slot;
        }
        catch (Win32Exception)
        {
            FreeSlot(slot);
            throw;
        }
    }

    public void Change(int descriptor, int slot, uint interest) => Control(Libc.EpollCtlMod, descriptor, slot, interest);

    public void Remove(int descriptor, int slot) => Control(Libc.EpollCtlDel, descriptor, slot, 0);

    /// <summary>Gives a slot back at the end of the turn: an event of this turn may still name it.</summary>
    public void FreeSlot(int slot)
    {
        _slots[slot] = Nobody.Instance;
        _freedSlots.Add(slot);
    }

    public void ScheduleChange(EpollTransport transport) => _changed.Add(transport);

    public void ScheduleClose(EpollTransport transport) => _closing.Add(transport);

    internal static byte* Address(byte[] pinned) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));

    private static int Check(int result, string call) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{call} failed");

    private void Control(int operation, int descriptor, int slot, uint interest)
    {
        var e = stackalloc byte[16];
        Unsafe.WriteUnaligned(e, interest);
        Unsafe.WriteUnaligned(e + DataOffset, (ulong)slot);
        Check(Libc.EpollCtl(_epoll, operation, descriptor, e), "epoll_ctl");
    }

    /// <summary>Takes the late events of a slot that was given back in this turn.</summary>
    private sealed class Nobody : IEpollTarget
    {
        public static readonly Nobody Instance = new();

        public void OnEvents(uint events)
        {
            // Its owner is gone.
        }
    }
}
