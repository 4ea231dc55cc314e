// SPDX-License-Identifier: MIT
using Lori.Backends;
using Lori.Tests.Connecting;
using Lori.Tests.Connections;
using Lori.Tests.Listeners;

namespace Lori.Tests.Backends.IoUring;

public sealed class IoUringRealConnectTests() : RealConnectTests(BackendKind.IoUring);

public sealed class IoUringRealSocketTests() : RealSocketTests(BackendKind.IoUring)
{
    // What is in the ring when the connection is aborted may still go, and nobody is left to be told.
    private protected override int MostUnknownBytes => Transport.LargestDeferred;
}

public sealed class IoUringListenTests() : ListenTests(BackendKind.IoUring);

public sealed class IoUringRealAcceptTests() : RealAcceptTests(BackendKind.IoUring);

public sealed class IoUringUnixSocketTests() : UnixSocketTests(BackendKind.IoUring);
