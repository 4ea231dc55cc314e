// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Lori.Backends.IoUring;

/// <summary>
/// Declares io_uring as the kernel's header does (include/uapi/linux/io_uring.h): the same on every 64-bit machine. libc
/// has no functions for its system calls. Unsafe: the kernel takes addresses.
/// </summary>
internal static unsafe partial class Kernel
{
    // sqe.flags
    public const byte SelectBuffer = 1 << 5;
    public const byte SkipSuccess = 1 << 6;

    // sqe.ioprio, of poll sqe.len
    public const ushort ReceiveMultishot = 1 << 1;
    public const ushort AcceptMultishot = 1 << 0;
    public const uint PollMultishot = 1 << 0;

    // cqe.flags
    public const uint HasBuffer = 1 << 0;
    public const uint HasMore = 1 << 1;
    public const uint BufferHasMore = 1 << 4;
    public const int BufferShift = 16;

    public const uint OverflowFlag = 1 << 1; // of the submission ring's flags
    public const uint EnterGetEvents = 1 << 0;
    public const uint EnterExtendedArgument = 1 << 3;
    public const uint EnterNoIoWait = 1 << 7;

    public const uint FeatureSingleMap = 1 << 0;
    public const uint FeatureNoDrop = 1 << 1;
    public const uint FeatureSubmitStable = 1 << 2;
    public const uint FeatureFastPoll = 1 << 5;
    public const uint FeatureExtendedArgument = 1 << 8;
    public const uint FeatureSkipSuccess = 1 << 11;
    public const uint FeatureNoIoWait = 1 << 17;

    public const uint RegisterProbe = 8;
    public const uint RegisterBufferRing = 22;
    public const ushort IncrementalBuffers = 2;

    public const long OffsetRings = 0;
    public const long OffsetEntries = 0x10000000;

    public const int ProtectReadWrite = 3;
    public const int MapShared = 1;
    public const int MapPopulate = 0x8000;
    public const int MapPrivateAnonymous = 0x22;

    private const long SetupNumber = 425;
    private const long EnterNumber = 426;
    private const long RegisterNumber = 427;

    public static int Setup(uint entries, RingParameters* parameters) =>
        (int)SystemCall(SetupNumber, (nint)entries, (nint)parameters, 0, 0, 0, 0);

    public static int Enter(int ring, uint submit, uint wait, uint flags, void* argument, nuint size) =>
        (int)SystemCall(EnterNumber, ring, (nint)submit, (nint)wait, (nint)flags, (nint)argument, (nint)size);

    public static int Register(int ring, uint operation, void* argument, uint count) =>
        (int)SystemCall(RegisterNumber, ring, (nint)operation, (nint)argument, (nint)count, 0, 0);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial void* Map(void* address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(void* address, nuint length);

    // A variadic function, called as if it were not: the same registers on Linux's x64 and arm64.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(long number, nint a, nint b, nint c, nint d, nint e, nint f);
}

/// <summary>Names what a submission asks for (IORING_OP_...).</summary>
internal enum Opcode : byte
{
    PollAdd = 6,
    SendMessage = 9,
    Accept = 13,
    Cancel = 14,
    Connect = 16,
    Send = 26,
    Receive = 27,
}

/// <summary>Says how a ring is set up (IORING_SETUP_...).</summary>
[Flags]
internal enum RingSetup : uint
{
    None = 0,
    CompletionSize = 1 << 3,
    Clamp = 1 << 4,
    SubmitAll = 1 << 7,
    SingleIssuer = 1 << 12,
    DeferTaskRun = 1 << 13,
    NoIndexArray = 1 << 16,
}

/// <summary>Is struct io_uring_sqe.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal unsafe struct Submission
{
    [FieldOffset(0)]
    public Opcode Opcode;

    [FieldOffset(1)]
    public byte Flags;

    [FieldOffset(2)]
    public ushort Priority; // also the flags of receiving and accepting

    [FieldOffset(4)]
    public int Descriptor;

    [FieldOffset(8)]
    public ulong Offset; // of connect, the address's length

    [FieldOffset(16)]
    public ulong Address;

    [FieldOffset(24)]
    public uint Length; // of poll, its flags

    [FieldOffset(28)]
    public uint OperationFlags; // of messages, accept; the events of poll

    [FieldOffset(32)]
    public ulong UserData;

    [FieldOffset(40)]
    public ushort BufferGroup;
}

/// <summary>Is struct io_uring_cqe.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Completion
{
    public ulong UserData;
    public int Result;
    public uint Flags;
}

/// <summary>Is struct io_uring_params.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RingParameters
{
    public uint SubmissionEntries;
    public uint CompletionEntries;
    public RingSetup Flags;
    public uint ThreadProcessor;
    public uint ThreadIdle;
    public uint Features;
    public uint WorkQueue;
    public fixed uint Reserved[3];
    public SubmissionOffsets Submissions;
    public CompletionOffsets Completions;

    /// <summary>Is struct io_sqring_offsets.</summary>
    public struct SubmissionOffsets
    {
        public uint Head;
        public uint Tail;
        public uint Mask;
        public uint Entries;
        public uint Flags;
        public uint Dropped;
        public uint Array;
        public uint Reserved1;
        public ulong Reserved2;
    }

    /// <summary>Is struct io_cqring_offsets.</summary>
    public struct CompletionOffsets
    {
        public uint Head;
        public uint Tail;
        public uint Mask;
        public uint Entries;
        public uint Overflow;
        public uint Entry;
        public uint Flags;
        public uint Reserved1;
        public ulong Reserved2;
    }
}

/// <summary>Is struct io_uring_getevents_arg.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct WaitArgument
{
    public ulong SignalMask;
    public uint SignalMaskSize;
    public uint MinimumWait;
    public Duration* Timeout;

    /// <summary>Is struct __kernel_timespec.</summary>
    public struct Duration
    {
        public long Seconds;
        public long Nanoseconds;
    }
}

/// <summary>Is struct io_uring_buf_reg.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BufferRingRegistration
{
    public ulong Address;
    public uint Entries;
    public ushort Group;
    public ushort Flags;
    public uint LeastLeft;
    public fixed uint Reserved[5];
}

/// <summary>Is struct io_uring_buf.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BufferEntry
{
    public ulong Address;
    public uint Length;
    public ushort Id;
    public ushort Tail; // of the first entry: the ring's tail
}
