// SPDX-License-Identifier: MIT
using Lori.Tests.Connections;
using Lori.Tests.Listeners;

namespace Lori.Tests.Backends.Sockets;

public sealed class SocketsRealSocketTests() : RealSocketTests(BackendKind.Sockets);

public sealed class SocketsListenTests() : ListenTests(BackendKind.Sockets);

public sealed class SocketsRealAcceptTests() : RealAcceptTests(BackendKind.Sockets);

public sealed class SocketsUnixSocketTests() : UnixSocketTests(BackendKind.Sockets);
