// SPDX-License-Identifier: MIT
using System.Buffers;

namespace Mare.Protocol.Tests;

/// <summary>Lends buffers full of rubbish, and counts what has not come back.</summary>
internal sealed class CountingPool : ArrayPool<byte>
{
    private const byte Rubbish = 0xA5;
    private readonly HashSet<byte[]> _lent = new(ReferenceEqualityComparer.Instance);

    /// <summary>Gets how many buffers are lent now.</summary>
    public int Outstanding => _lent.Count;

    /// <summary>Gets how many buffers were lent so far.</summary>
    public int Rents { get; private set; }

    /// <summary>Gets the bytes of all buffers lent so far.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>Gets the largest size that was asked for.</summary>
    public int LargestRequest { get; private set; }

    public override byte[] Rent(int minimumLength)
    {
        byte[] buffer = new byte[minimumLength];
        Array.Fill(buffer, Rubbish);
        _lent.Add(buffer);
        Rents++;
        TotalBytes += minimumLength;
        LargestRequest = Math.Max(LargestRequest, minimumLength);
        return buffer;
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        if (!_lent.Remove(array))
            throw new InvalidOperationException("A buffer came back that was not lent.");
        Array.Fill(array, Rubbish);
    }
}
