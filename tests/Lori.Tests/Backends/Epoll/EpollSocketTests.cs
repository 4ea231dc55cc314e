// SPDX-License-Identifier: MIT
using Lori.Tests.Connecting;
using Lori.Tests.Connections;
using Lori.Tests.Listeners;

namespace Lori.Tests.Backends.Epoll;

public sealed class EpollRealConnectTests() : RealConnectTests(BackendKind.Epoll);

public sealed class EpollRealSocketTests() : RealSocketTests(BackendKind.Epoll);

public sealed class EpollListenTests() : ListenTests(BackendKind.Epoll);

public sealed class EpollRealAcceptTests() : RealAcceptTests(BackendKind.Epoll);

public sealed class EpollUnixSocketTests() : UnixSocketTests(BackendKind.Epoll);
