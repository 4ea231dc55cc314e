// SPDX-License-Identifier: MIT
namespace Mare.Tests.Sockets;

public sealed class EpollLoopbackTests() : ListeningTests(BackendKind.Epoll);

public sealed class IoUringLoopbackTests() : ListeningTests(BackendKind.IoUring);

public sealed class SocketsLoopbackTests() : ListeningTests(BackendKind.Sockets);

/// <summary>On the thread pool, over accepted NetworkStreams.</summary>
public sealed class StrandLoopbackTests() : LoopbackTests(null);
