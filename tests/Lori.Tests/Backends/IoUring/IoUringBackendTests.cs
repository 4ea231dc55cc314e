// SPDX-License-Identifier: MIT
using Lori.Backends;
using Lori.Backends.IoUring;
using Mare.Backends;

namespace Lori.Tests.Backends.IoUring;

/// <summary>Runs the contract on io_uring, with all that this kernel has.</summary>
public sealed class IoUringBackendTests() : SocketContract(Create(IoUringFeatures.All))
{
    internal static Backend Create(IoUringFeatures features, uint completions = 4096)
    {
        IoUringMachine.SkipUnlessAllowed();
        return new OneThreadBackend(() => new IoUringBackend(Options, IoUringSupport.Features & features, completions));
    }
}

/// <summary>Runs it with nothing but what is required, as Linux 5.19 has it: each accept and receive is asked for anew.</summary>
public sealed class BareIoUringBackendTests() : SocketContract(IoUringBackendTests.Create(IoUringFeatures.None));

/// <summary>Runs it on about what Linux 6.1 has: whole receive buffers, used up one by one.</summary>
public sealed class WholeBuffersIoUringBackendTests() : SocketContract(IoUringBackendTests.Create(
    IoUringFeatures.All & ~(IoUringFeatures.IncrementalBuffers | IoUringFeatures.LeastLeft | IoUringFeatures.NoIndexArray | IoUringFeatures.NoIoWait)));

/// <summary>Runs it on rings so small that submissions are handed over within turns and completions overflow.</summary>
public sealed class SmallRingsIoUringBackendTests() : SocketContract(IoUringBackendTests.Create(IoUringFeatures.All, completions: 2));
