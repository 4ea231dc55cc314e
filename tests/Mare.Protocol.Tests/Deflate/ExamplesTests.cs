// SPDX-License-Identifier: MIT
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Deflate;

/// <summary>RFC 7692 section 7.2.3: the examples.</summary>
public sealed class ExamplesTests
{
    [Fact]
    public void OneBlock_AsInSection7231_IsHello() => Assert.Equal(
        [Seen.Text("Hello")], DeflateFeeder.Feed(DeflateFeeder.Compressed("f2 48 cd c9 c9 07 00")));

    [Fact]
    public void Fragments_AsInSection7231_AreHello() => Assert.Equal(
        [Seen.Text("Hello")],
        DeflateFeeder.Feed(Wire.Join(
            DeflateFeeder.Compressed("f2 48 cd", fin: false),
            Wire.FromClient(Opcode.Continuation, Hex.Bytes("c9 c9 07 00")))));

    [Fact]
    public void SharedWindow_AsInSection7232_SaysHelloTwice() => Assert.Equal(
        [Seen.Text("Hello"), Seen.Text("Hello")],
        DeflateFeeder.Feed(Wire.Join(
            DeflateFeeder.Compressed("f2 48 cd c9 c9 07 00"), DeflateFeeder.Compressed("f2 00 11 00 00"))));

    [Fact]
    public void BlockWithoutCompression_AsInSection7233_IsHello() => Assert.Equal(
        [Seen.Text("Hello")], DeflateFeeder.Feed(DeflateFeeder.Compressed("00 05 00 fa ff 48 65 6c 6c 6f 00")));

    [Fact]
    public void BlockWithBfinal_AsInSection7234_IsHello() => Assert.Equal(
        [Seen.Text("Hello")], DeflateFeeder.Feed(DeflateFeeder.Compressed("f3 48 cd c9 c9 07 00 00")));

    [Fact]
    public void TwoBlocks_AsInSection7235_AreHello() => Assert.Equal(
        [Seen.Text("Hello")],
        DeflateFeeder.Feed(DeflateFeeder.Compressed("f2 48 05 00 00 00 ff ff ca c9 c9 07 00")));

    [Fact]
    public void EmptyMessage_AsInSection7236_IsEmpty() => Assert.Equal(
        [Seen.Text(""), Seen.Text("Hello")],
        DeflateFeeder.Feed(Wire.Join(
            DeflateFeeder.Compressed("00"), DeflateFeeder.Compressed("f2 48 cd c9 c9 07 00"))));
}
