// SPDX-License-Identifier: MIT
using System.Buffers;

namespace Mare.Protocol;

/// <summary>
/// Keeps the codecs that connections without context takeover share: each is leased for one message. Also makes those that a
/// connection has for itself.
/// </summary>
/// <remarks>
/// Not thread-safe: one for each event loop. A codec that is out when the owner disposes of this is disposed of when it
/// comes back.
/// </remarks>
public sealed class DeflateCodecs : IDisposable
{
    private const int MaxWindowBits = 15;

    // Messages in compressed fragments hold an inflater until their end: as many as these are kept for the next ones.
    private const int MaxSpareInflaters = 16;

    private readonly IDeflateProvider _provider;
    private readonly int _level;
    private readonly IDeflater?[] _deflaters = new IDeflater?[MaxWindowBits + 1];
    private readonly Stack<IInflater> _inflaters = new();
    private bool _disposed;

    /// <summary>Makes a set without codecs; they are made when they are first needed.</summary>
    /// <param name="provider">Makes the codecs.</param>
    /// <param name="level">1, the fastest, to 9, the smallest output.</param>
    /// <param name="pool">Where the buffer comes from that messages are compressed to, one at a time.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="level"/> is out of its range.</exception>
    public DeflateCodecs(IDeflateProvider provider, int level, ArrayPool<byte> pool)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentOutOfRangeException.ThrowIfLessThan(level, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 9);
        _provider = provider;
        _level = level;
        Output = new DeflateOutput(pool);
    }

    internal DeflateOutput Output { get; }

    // A deflater is used for one message within one call, so one for each window suffices.
    internal IDeflater SharedDeflater(int windowBits) => _deflaters[windowBits] ??= CreateDeflater(windowBits);

    internal IInflater LeaseInflater() => _inflaters.TryPop(out IInflater? inflater) ? inflater : CreateInflater(MaxWindowBits);

    internal void GiveBack(IInflater inflater)
    {
        if (_disposed || _inflaters.Count == MaxSpareInflaters)
        {
            inflater.Dispose();
            return;
        }
        inflater.Reset();
        _inflaters.Push(inflater);
    }

    internal IDeflater CreateDeflater(int windowBits) => _provider.CreateDeflater(_level, windowBits);

    internal IInflater CreateInflater(int windowBits) => _provider.CreateInflater(windowBits);

    /// <summary>Disposes of the codecs that are not out, and gives back the output's buffer.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (IDeflater? deflater in _deflaters)
            deflater?.Dispose();
        Array.Clear(_deflaters);
        while (_inflaters.TryPop(out IInflater? inflater))
            inflater.Dispose();
        Output.Dispose();
    }
}
