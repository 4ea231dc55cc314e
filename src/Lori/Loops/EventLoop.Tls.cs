// SPDX-License-Identifier: MIT
using Lori.Tls;

namespace Lori;

public sealed partial class EventLoop
{
    private TlsLoopBuffers? _tlsBuffers;

    /// <summary>Gets what its TLS connections use one after the other; made for the first of them. Loop only.</summary>
    internal TlsLoopBuffers TlsBuffers => _tlsBuffers ??= new TlsLoopBuffers();
}
