// SPDX-License-Identifier: MIT
using Lori.Tests.Connecting;
using Lori.Tests.Connections;
using Lori.Tests.Listeners;

namespace Lori.Tests.Backends.IoUring;

public sealed class IoUringRealConnectTests() : RealConnectTests(BackendKind.IoUring);

public sealed class IoUringRealSocketTests() : RealSocketTests(BackendKind.IoUring);

public sealed class IoUringListenTests() : ListenTests(BackendKind.IoUring);

public sealed class IoUringRealAcceptTests() : RealAcceptTests(BackendKind.IoUring);

public sealed class IoUringUnixSocketTests() : UnixSocketTests(BackendKind.IoUring);
