// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Numerics;
using Xunit;

namespace Mare.Protocol.Tests.Feeding;

/// <summary>Counts what is rented, refuses what it did not lend, and spoils what comes back.</summary>
internal sealed class CountingPool : ArrayPool<byte>
{
    private const byte Spoiled = 0xDD;

    private readonly HashSet<byte[]> _lent = new(ReferenceEqualityComparer.Instance);

    public long RentedBytes { get; private set; }

    public int Rentals { get; private set; }

    public override byte[] Rent(int minimumLength)
    {
        // Rounded up as the shared pool does.
        byte[] array = new byte[BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, minimumLength))];
        array.AsSpan().Fill(Spoiled);
        _lent.Add(array);
        RentedBytes += array.Length;
        Rentals++;
        return array;
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        Assert.True(_lent.Remove(array), "A buffer came back that was not lent, or twice.");
        array.AsSpan().Fill(Spoiled);
        RentedBytes -= array.Length;
    }
}
