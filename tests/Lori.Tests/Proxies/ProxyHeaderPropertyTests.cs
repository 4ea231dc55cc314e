// SPDX-License-Identifier: MIT
using System.Net;
using CsCheck;

namespace Lori.Tests.Proxies;

/// <summary>Whatever a proxy writes is read; whatever anybody writes is decided within bounds, the same at any split.</summary>
public sealed class ProxyHeaderPropertyTests
{
    private static readonly Gen<IPEndPoint> Four = Gen.Select(Gen.Byte.Array[4], Gen.UShort, static (a, p) => new IPEndPoint(new IPAddress(a), p));

    // Addresses with zeroes are written in short.
    private static readonly Gen<IPEndPoint> Six = Gen.Select(
        Gen.OneOf(Gen.Byte, Gen.Const((byte)0)).Array[16], Gen.UShort, static (a, p) => new IPEndPoint(new IPAddress(a), p));

    private static readonly Gen<(IPEndPoint Source, IPEndPoint Destination)> Pairs = Gen.OneOf(Gen.Select(Four, Four), Gen.Select(Six, Six));

    private static readonly Gen<byte[]> Tlvs = Gen.Select(Gen.Byte[0x30, 0xFF], Gen.Byte.Array[0, 40])
        .Select(static t => ProxyHeaderBytes.Tlv(t.Item1, t.Item2)).Array[0, 4].Select(static all => all.SelectMany(static t => t).ToArray());

    [Fact]
    public void Header_OfAnyAddresses_IsReadBack() => Gen.Select(Pairs, Tlvs, Gen.Bool, Gen.Byte.Array[0, 20]).Sample(
        (pair, tlvs, isFirst, rest) =>
        {
            var wire = isFirst ? ProxyHeaderBytes.V1(pair.Source, pair.Destination) : ProxyHeaderBytes.V2(pair.Source, pair.Destination, tlvs);
            var (status, header, length) = ProxyHeaderFeeder.Read([.. wire, .. rest]);
            Assert.Equal((ProxyHeaderStatus.Complete, wire.Length), (status, length));
            Assert.Equal(Unmapped(pair.Source), header!.Source);
            Assert.Equal(Unmapped(pair.Destination), header.Destination);
        },
        iter: 2000);

    [Fact]
    public void Header_WithAnyBytesChanged_IsDecidedTheSameAtAnySplit() => Gen.Select(
        Pairs, Tlvs, Gen.Bool, Gen.Select(Gen.Int[0, 200], Gen.Byte).Array[1, 4], Gen.Byte.Array[0, 130]).Sample(
        (pair, tlvs, isFirst, changes, rest) =>
        {
            byte[] wire = [.. isFirst ? ProxyHeaderBytes.V1(pair.Source, pair.Destination) : ProxyHeaderBytes.V2(pair.Source, pair.Destination, tlvs), .. rest];
            foreach (var (at, value) in changes) wire[at % wire.Length] = value;
            ProxyHeaderFeeder.Read(wire);
        },
        iter: 5000);

    [Fact]
    public void Bytes_OfAnyKind_AreDecidedWithinBounds() => Gen.Select(
        AnyOf<byte[]>([], [.. "PROXY "u8], [.. "PROXY TCP4 "u8], [.. "PROXY TCP6 "u8], ProxyHeaderBytes.Signature, [.. ProxyHeaderBytes.Signature, 0x21]),
        Gen.OneOf(Gen.Byte, AnyOf([.. " .:0123456789af\r\n"u8])).Array[0, 150]).Sample(
        (start, rest) => ProxyHeaderFeeder.Read([.. start, .. rest]),
        iter: 5000);

    private static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static IPEndPoint Unmapped(IPEndPoint endPoint) =>
        endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;
}
