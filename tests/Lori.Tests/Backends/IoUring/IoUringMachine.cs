// SPDX-License-Identifier: MIT
using Lori.Backends.IoUring;

namespace Lori.Tests.Backends.IoUring;

/// <summary>Knows whether this machine lets tests use io_uring: a container often does not.</summary>
internal static class IoUringMachine
{
    public static void SkipUnlessAllowed() =>
        Assert.SkipUnless(IoUringSupport.Refusal is null, $"io_uring cannot be used here: {IoUringSupport.Refusal}.");
}
