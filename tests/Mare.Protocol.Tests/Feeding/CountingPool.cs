// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Numerics;
using Xunit;

namespace Mare.Protocol.Tests.Feeding;

/// <summary>Counts what is rented, refuses what it did not lend, and lends and takes back buffers full of rubbish.</summary>
internal sealed class CountingPool : ArrayPool<byte>
{
    private const byte Rubbish = 0xDD;

    private readonly HashSet<byte[]> _lent = new(ReferenceEqualityComparer.Instance);

    /// <summary>Gets how many buffers are out now.</summary>
    public int Outstanding => _lent.Count;

    /// <summary>Gets the bytes of the buffers that are out now.</summary>
    public long RentedBytes { get; private set; }

    /// <summary>Gets how many buffers were rented so far.</summary>
    public int Rentals { get; private set; }

    /// <summary>Gets the bytes that were asked for so far, before rounding up.</summary>
    public long RequestedBytes { get; private set; }

    /// <summary>Gets the most bytes that were asked for at once.</summary>
    public int LargestRequest { get; private set; }

    public override byte[] Rent(int minimumLength)
    {
        // Rounded up as the shared pool does.
        byte[] array = new byte[BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, minimumLength))];
        array.AsSpan().Fill(Rubbish);
        _lent.Add(array);
        Rentals++;
        RentedBytes += array.Length;
        RequestedBytes += minimumLength;
        LargestRequest = Math.Max(LargestRequest, minimumLength);
        return array;
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        Assert.True(_lent.Remove(array), "A buffer came back that was not lent, or twice.");
        array.AsSpan().Fill(Rubbish);
        RentedBytes -= array.Length;
    }
}
