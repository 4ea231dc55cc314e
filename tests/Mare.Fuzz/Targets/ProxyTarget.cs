// SPDX-License-Identifier: MIT
using Lori;
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Fuzz.Targets;

/// <summary>
/// Reads the header of the PROXY protocol, asked again with each piece that came: an answer stands, whatever follows, and
/// nothing longer than the limit is waited for.
/// </summary>
internal sealed class ProxyTarget : FuzzTarget
{
    public override string Name => "proxy";

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. Targets.Words.OfText(
            "PROXY ", "TCP4 ", "TCP6 ", "UNKNOWN", "\r\n", " ", "192.0.2.1", "255.255.255.255", "::1", "2001:db8::7", "::ffff:1.2.3.4", "0", "65535",
            "65536", "01", ".", ":", "%1", "\r", "\n"),
        .. Targets.Words.OfHex(
            "0d0a0d0a000d0a515549540a", "20", "21", "11", "12", "21", "22", "31", "00", "000c", "0024", "00d8", "0ff0", "0ff1", "ffff",
            // TLVs: a checksum, TLS with and without a client certificate, a name, padding.
            "03 0004 00000000", "20 0005 01 00000000", "20 0005 00 00000001", "02 0001 61", "04 0000"),
    ];

    public override void Run(byte[] input, Splitting splits)
    {
        string? whole = null;
        foreach (IEnumerable<byte[]> pieces in splits(input))
        {
            string outcome = Feed(pieces);
            Assert.Equal(whole ??= outcome, outcome);
        }
    }

    private static string Feed(IEnumerable<byte[]> pieces)
    {
        byte[] arrived = [];
        string? settled = null;
        foreach (byte[] piece in pieces)
        {
            arrived = [.. arrived, .. piece];
            ProxyHeaderStatus status = ProxyHeaderReader.Read(arrived, out ProxyHeader? header, out int length);
            Check(status, header, length, arrived.Length);
            if (status != ProxyHeaderStatus.NeedMore || settled is not null)
            {
                string outcome = $"{status} {length} {header?.IsProxied} {header?.Source} {header?.Destination} {header?.IsEncrypted}";
                Assert.Equal(settled ??= outcome, outcome);
            }
        }
        return settled ?? "needs more";
    }

    private static void Check(ProxyHeaderStatus status, ProxyHeader? header, int length, int arrived)
    {
        Assert.Equal(status == ProxyHeaderStatus.Complete, header is not null);
        if (status == ProxyHeaderStatus.Complete)
            Assert.InRange(length, 1, Math.Min(arrived, ProxyHeaderReader.MaxSize));
        else
            Assert.Equal(0, length);
        if (status == ProxyHeaderStatus.NeedMore)
            Assert.InRange(arrived, 0, ProxyHeaderReader.MaxSize - 1);
    }
}
