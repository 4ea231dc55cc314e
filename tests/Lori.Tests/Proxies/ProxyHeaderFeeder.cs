// SPDX-License-Identifier: MIT
namespace Lori.Tests.Proxies;

/// <summary>
/// Gives bytes to the reader as they may arrive, whole and at each length up to that, and holds what every answer must hold.
/// </summary>
internal static class ProxyHeaderFeeder
{
    /// <summary>Reads a header that must be complete.</summary>
    public static ProxyHeader ReadComplete(byte[] wire)
    {
        var (status, header, length) = Read(wire);
        Assert.Equal((ProxyHeaderStatus.Complete, wire.Length), (status, length));
        return header!;
    }

    /// <summary>Sees to it that bytes are refused, at the latest when all of them are there.</summary>
    public static void AssertMalformed(byte[] wire) => Assert.Equal(ProxyHeaderStatus.Malformed, Read(wire).Status);

    public static (ProxyHeaderStatus Status, ProxyHeader? Header, int Length) Read(byte[] wire)
    {
        var whole = ReadOnce(wire, wire.Length);
        var ended = false;
        for (var arrived = 0; arrived <= wire.Length; arrived++)
        {
            var part = ReadOnce(wire, arrived);
            if (ended)
            {
                // What was decided stays so, whatever follows.
                Assert.Equal(whole.Status, part.Status);
                Assert.Equal(whole.Length, part.Length);
                continue;
            }

            if (part.Status == ProxyHeaderStatus.NeedMore) continue;
            ended = true;
            Assert.Equal(whole.Status, part.Status);
            // Decided with the last byte of the header, not later.
            if (part.Status == ProxyHeaderStatus.Complete) Assert.Equal(arrived, part.Length);
        }

        return whole;
    }

    private static (ProxyHeaderStatus Status, ProxyHeader? Header, int Length) ReadOnce(byte[] wire, int arrived)
    {
        // An array of its own: a read past the end throws.
        var status = ProxyHeaderReader.Read(wire.AsSpan(0, arrived).ToArray(), out var header, out var length);
        Assert.Equal(status == ProxyHeaderStatus.Complete, header is not null);
        if (status == ProxyHeaderStatus.Complete) Assert.InRange(length, 1, Math.Min(arrived, ProxyHeaderReader.MaxSize));
        else Assert.Equal(0, length);
        if (status == ProxyHeaderStatus.NeedMore) Assert.InRange(arrived, 0, ProxyHeaderReader.MaxSize - 1);
        return (status, header, length);
    }
}
