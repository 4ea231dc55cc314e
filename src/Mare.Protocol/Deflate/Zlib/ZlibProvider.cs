// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

internal sealed class ZlibProvider : IDeflateProvider
{
    // zlib cannot hold raw DEFLATE to 8 bits: it would use 9, which a peer with 8 cannot read.
    public int MinWindowBits => 9;

    public IDeflater CreateDeflater(int level, int windowBits) => new ZlibDeflater(level, windowBits);

    public IInflater CreateInflater(int windowBits) => new ZlibInflater(windowBits);
}
