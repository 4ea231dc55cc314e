// SPDX-License-Identifier: MIT
namespace Mare.Tests.Sockets;

public sealed class EpollLoopbackTests() : LoopbackTests(BackendKind.Epoll);

public sealed class SocketsLoopbackTests() : LoopbackTests(BackendKind.Sockets);
