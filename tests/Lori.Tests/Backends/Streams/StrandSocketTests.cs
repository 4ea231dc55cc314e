// SPDX-License-Identifier: MIT
using Lori.Tests.Connections;

namespace Lori.Tests.Backends.Streams;

/// <summary>Sockets on the thread pool, as NetworkStreams.</summary>
public sealed class StrandSocketTests() : AdoptedSocketTests(static count => EventLoopGroup.OnThreadPool(count))
{
    // A write that is cancelled does not say how far it came.
    private protected override int MostUnknownBytes => Block.Size;
}
