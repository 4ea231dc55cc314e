// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

internal sealed class StreamProvider : IDeflateProvider
{
    // DeflateStream has no setting for its window.
    public int MinWindowBits => 15;

    public IDeflater CreateDeflater(int level, int windowBits) => new StreamDeflater(level);

    public IInflater CreateInflater(int windowBits) => new StreamInflater();
}
