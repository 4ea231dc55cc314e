// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Runtime.InteropServices;
using Lori.Backends.Linux;

namespace Lori.Backends.IoUring;

/// <summary>
/// Is an io_uring: submissions are written into memory that the kernel reads, completions are read from memory that it
/// writes, and one system call hands over the former and waits for the latter. On one thread, which is also the one that
/// makes it.
/// </summary>
/// <remarks>
/// Unsafe: the rings are the kernel's memory, mapped. Whoever puts an address into a submission keeps what it names until
/// the submission was taken (a socket's address) or has completed (bytes).
/// </remarks>
internal sealed unsafe class Ring : IDisposable
{
    // The kernel takes some each time, unless it has no memory.
    private const int MaxTries = 10_000;

    private readonly int _descriptor;
    private readonly uint _enterFlags;
    private readonly void* _rings;
    private readonly nuint _ringsLength;
    private readonly void* _entries;
    private readonly nuint _entriesLength;
    private readonly Submission* _submissions;
    private readonly uint* _submissionHead;
    private readonly uint* _submissionTail;
    private readonly uint* _submissionFlags;
    private readonly uint _submissionMask;
    private readonly uint _submissionCount;
    private readonly Completion* _completions;
    private readonly uint* _completionHead;
    private readonly uint* _completionTail;
    private readonly uint _completionMask;
    private uint _tail; // of the submissions that were written, told to the kernel or not

    /// <param name="submissions">How many fit at once, a power of two.</param>
    /// <param name="completions">How many fit at once, a power of two; the kernel keeps what does not.</param>
    /// <param name="features">What of them to use.</param>
    /// <exception cref="Win32Exception">The kernel has none for us.</exception>
    public Ring(uint submissions, uint completions, IoUringFeatures features)
    {
        var parameters = new RingParameters { CompletionEntries = completions, Flags = Flags(features) };
        _descriptor = Check(Kernel.Setup(submissions, &parameters), "io_uring_setup");
        try
        {
            Features = parameters.Features;
            if ((Features & Kernel.FeatureSingleMap) == 0) throw new Win32Exception(0, "io_uring's rings lie apart, as before Linux 5.4");
            var (s, c) = (parameters.Submissions, parameters.Completions);
            var indexed = (parameters.Flags & RingSetup.NoIndexArray) == 0;
            _ringsLength = Math.Max(
                indexed ? s.Array + (parameters.SubmissionEntries * sizeof(uint)) : 0,
                c.Entry + (parameters.CompletionEntries * (uint)sizeof(Completion)));
            _rings = Map(_ringsLength, Kernel.OffsetRings);
            _entriesLength = parameters.SubmissionEntries * (uint)sizeof(Submission);
            _entries = Map(_entriesLength, Kernel.OffsetEntries);

            var rings = (byte*)_rings;
            _submissions = (Submission*)_entries;
            _submissionHead = (uint*)(rings + s.Head);
            _submissionTail = (uint*)(rings + s.Tail);
            _submissionFlags = (uint*)(rings + s.Flags);
            _submissionCount = parameters.SubmissionEntries;
            _submissionMask = _submissionCount - 1;
            _completions = (Completion*)(rings + c.Entry);
            _completionHead = (uint*)(rings + c.Head);
            _completionTail = (uint*)(rings + c.Tail);
            _completionMask = parameters.CompletionEntries - 1;
            _tail = *_submissionTail;
            // Where there is an index array, each index names the entry of the same place, for good.
            if (indexed) for (var i = 0u; i < _submissionCount; i++) ((uint*)(rings + s.Array))[i] = i;
            _enterFlags = Kernel.EnterGetEvents;
            if (Has(features, IoUringFeatures.NoIoWait)) _enterFlags |= Kernel.EnterNoIoWait;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Gets what the kernel says it has (IORING_FEAT_...).</summary>
    public uint Features { get; }

    /// <summary>Gets the position of the next submission, a number that wraps around.</summary>
    public uint NextPosition => _tail;

    /// <summary>Gets the position of the first submission that the kernel has not taken.</summary>
    public uint TakenPosition => Volatile.Read(ref *_submissionHead);

    /// <summary>Gets whether there are submissions that the kernel has not taken.</summary>
    public bool HasSubmissions => _tail != TakenPosition;

    /// <summary>Gets the position of the oldest completion.</summary>
    public uint FirstCompletion => *_completionHead;

    /// <summary>Gets the position behind the newest completion.</summary>
    public uint EndOfCompletions => Volatile.Read(ref *_completionTail);

    /// <summary>Gets whether the kernel keeps completions for which the ring had no room; <see cref="Enter"/> brings them.</summary>
    public bool HasOverflow => (Volatile.Read(ref *_submissionFlags) & Kernel.OverflowFlag) != 0;

    /// <summary>Gets the next submission, cleared, to be filled in. Where none is free, those that wait are handed over first.</summary>
    public Submission* Next()
    {
        if (_tail - TakenPosition == _submissionCount) MakeRoom();
        var entry = _submissions + (_tail++ & _submissionMask);
        *entry = default;
        return entry;
    }

    public Completion* CompletionAt(uint position) => _completions + (position & _completionMask);

    /// <summary>Gives the places of the completions before this position back to the kernel.</summary>
    public void Release(uint position) => Volatile.Write(ref *_completionHead, position);

    /// <summary>
    /// Hands over what was submitted, works out what has completed, and waits for one completion at most so long.
    /// </summary>
    /// <param name="milliseconds">0 does not wait, -1 waits without end.</param>
    public void Enter(int milliseconds)
    {
        var wait = milliseconds == 0 ? 0u : 1u;
        if (milliseconds <= 0)
        {
            Call(wait, _enterFlags, null, 0);
            return;
        }

        var duration = new WaitArgument.Duration { Seconds = milliseconds / 1000, Nanoseconds = milliseconds % 1000 * 1_000_000L };
        var argument = new WaitArgument { Timeout = &duration };
        Call(wait, _enterFlags | Kernel.EnterExtendedArgument, &argument, (nuint)sizeof(WaitArgument));
    }

    /// <summary>Registers something with the ring: 0, or the error's number, negative.</summary>
    public int Register(uint operation, void* argument, uint count) =>
        Kernel.Register(_descriptor, operation, argument, count) < 0 ? -Marshal.GetLastPInvokeError() : 0;

    /// <summary>Closes the ring: the kernel gives up what is pending, in its own time.</summary>
    public void Dispose()
    {
        if (_entries is not null) _ = Kernel.Unmap(_entries, _entriesLength);
        if (_rings is not null) _ = Kernel.Unmap(_rings, _ringsLength);
        _ = Libc.Close(_descriptor);
    }

    internal static bool Has(IoUringFeatures features, IoUringFeatures feature) => (features & feature) != 0;

    private static RingSetup Flags(IoUringFeatures features)
    {
        var flags = RingSetup.CompletionSize | RingSetup.Clamp;
        if (Has(features, IoUringFeatures.DeferTaskRun)) flags |= RingSetup.SingleIssuer | RingSetup.DeferTaskRun;
        if (Has(features, IoUringFeatures.NoIndexArray)) flags |= RingSetup.NoIndexArray;
        if (Has(features, IoUringFeatures.SubmitAll)) flags |= RingSetup.SubmitAll;
        return flags;
    }

    private static int Check(int result, string call) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{call} failed");

    private void MakeRoom()
    {
        for (var tries = 0; _tail - TakenPosition == _submissionCount; tries++)
        {
            if (tries == MaxTries) throw new Win32Exception(Errno.Busy, "the kernel takes no submissions");
            Call(0, 0, null, 0);
        }
    }

    private void Call(uint wait, uint flags, void* argument, nuint size)
    {
        // Release: the kernel reads the entries after the tail.
        Volatile.Write(ref *_submissionTail, _tail);
        if (Kernel.Enter(_descriptor, _tail - TakenPosition, wait, flags, argument, size) >= 0) return;
        var error = Marshal.GetLastPInvokeError();
        // Interrupted; the time is over; no memory for now, or completions to be taken first: what is left is handed over next time.
        if (error is Errno.Interrupted or Errno.TimeIsOver or Errno.Again or Errno.NoMemory or Errno.Busy) return;
        throw new Win32Exception(error, "io_uring_enter failed");
    }

    private void* Map(nuint length, long offset)
    {
        var address = Kernel.Map(null, length, Kernel.ProtectReadWrite, Kernel.MapShared | Kernel.MapPopulate, _descriptor, offset);
        if (address == (void*)-1) throw new Win32Exception(Marshal.GetLastPInvokeError(), "mapping io_uring's rings failed");
        return address;
    }
}
