// SPDX-License-Identifier: MIT
using System.ComponentModel;
using Lori.Backends.Linux;

namespace Lori.Backends.IoUring;

/// <summary>Finds out, once a process, whether the kernel lets us use io_uring, and which of its newer features it has.</summary>
internal static unsafe class IoUringSupport
{
    // What it takes at least, beside deferred task run of Linux 6.1: before that version a send that was taken in part may say that
    // nothing was.
    private const uint Required = Kernel.FeatureSingleMap | Kernel.FeatureNoDrop | Kernel.FeatureSubmitStable | Kernel.FeatureFastPoll
        | Kernel.FeatureExtendedArgument | Kernel.FeatureSkipSuccess;

    // Measured: docs/decisions/0006-io-uring.md.
    private const IoUringFeatures WorthIt = IoUringFeatures.DeferTaskRun | IoUringFeatures.ReceiveMultishot
        | IoUringFeatures.AcceptMultishot | IoUringFeatures.IncrementalBuffers;

    private const uint Entries = 8;
    private const int BufferSize = 4096;

    private static readonly Lazy<(IoUringFeatures Features, string? Refusal)> Found = new(Find);

    /// <summary>Gets why io_uring cannot be used here; null if it can.</summary>
    public static string? Refusal => OperatingSystem.IsLinux() ? Found.Value.Refusal : "it needs Linux";

    /// <summary>Gets why io_uring, though it can be used here, is no better than epoll; null if it is.</summary>
    public static string? Drawback =>
        (Features & WorthIt) == WorthIt ? null : "the kernel's lacks what makes it the faster one, which Linux 6.12 has";

    /// <summary>Gets the optional features that the kernel has.</summary>
    public static IoUringFeatures Features => Found.Value.Features;

    private static (IoUringFeatures Features, string? Refusal) Find()
    {
        try
        {
            var features = IoUringFeatures.None;
            // Each by itself: a kernel refuses a ring with a flag that it does not know.
            foreach (var feature in (ReadOnlySpan<IoUringFeatures>)[
                IoUringFeatures.DeferTaskRun, IoUringFeatures.NoIndexArray, IoUringFeatures.SubmitAll])
            {
                if (HasSetup(feature)) features |= feature;
            }

            using var ring = new Ring(Entries, Entries * 2, features);
            if ((ring.Features & Required) != Required || (features & IoUringFeatures.DeferTaskRun) == 0)
                return (features, "the kernel's is older than Linux 6.1");
            if ((ring.Features & Kernel.FeatureNoIoWait) != 0) features |= IoUringFeatures.NoIoWait;
            features |= FindOperations(ring);
            return FindBuffers(features);
        }
        catch (Win32Exception e)
        {
            return (IoUringFeatures.None, Explain(e));
        }
    }

    private static bool HasSetup(IoUringFeatures feature)
    {
        try
        {
            new Ring(Entries, Entries * 2, feature).Dispose();
            return true;
        }
        catch (Win32Exception e) when (e.NativeErrorCode == Errno.Invalid)
        {
            return false;
        }
    }

    /// <summary>Tries operations on no descriptor: an unknown flag is refused before that is noticed.</summary>
    private static IoUringFeatures FindOperations(Ring ring)
    {
        var receive = ring.Next();
        (receive->Opcode, receive->Descriptor, receive->UserData) = (Opcode.Receive, -1, (ulong)IoUringFeatures.ReceiveMultishot);
        (receive->Flags, receive->Priority) = (Kernel.SelectBuffer, Kernel.ReceiveMultishot);
        // Not with the former: where errors end a submission, it would be held up.
        ring.Enter(0);
        var accept = ring.Next();
        (accept->Opcode, accept->Descriptor, accept->UserData) = (Opcode.Accept, -1, (ulong)IoUringFeatures.AcceptMultishot);
        accept->Priority = Kernel.AcceptMultishot;
        ring.Enter(0);
        var features = IoUringFeatures.None;
        for (var position = ring.FirstCompletion; position != ring.EndOfCompletions; position++)
        {
            var completion = ring.CompletionAt(position);
            if (completion->Result != -Errno.Invalid) features |= (IoUringFeatures)completion->UserData;
        }

        return features;
    }

    /// <summary>Tries buffer rings, the newest kind first; each on a ring of its own.</summary>
    private static (IoUringFeatures Features, string? Refusal) FindBuffers(IoUringFeatures features)
    {
        foreach (var kind in (ReadOnlySpan<IoUringFeatures>)[
            IoUringFeatures.IncrementalBuffers | IoUringFeatures.LeastLeft, IoUringFeatures.IncrementalBuffers, IoUringFeatures.None])
        {
            using var ring = new Ring(Entries, Entries * 2, features);
            try
            {
                new BufferRing(ring, BufferSize, kind).Free();
                return (features | kind, null);
            }
            catch (Win32Exception e) when (e.NativeErrorCode == Errno.Invalid)
            {
                // The next kind.
            }
        }

        return (features, "the kernel's has no buffer rings");
    }

    private static string Explain(Win32Exception e) => e.NativeErrorCode switch
    {
        Errno.NotPermitted => "not permitted (a seccomp filter, or kernel.io_uring_disabled)",
        Errno.NoSystemCall => "the kernel has none, or a seccomp filter hides it",
        Errno.NoMemory => "no memory for its rings (RLIMIT_MEMLOCK, on kernels before Linux 5.12)",
        _ => $"{e.Message} (errno {e.NativeErrorCode})",
    };
}
