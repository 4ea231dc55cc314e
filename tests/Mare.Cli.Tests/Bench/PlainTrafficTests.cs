// SPDX-License-Identifier: MIT
using System.Buffers;
using Mare.Cli.Bench.Traffic;
using Mare.Protocol;

namespace Mare.Cli.Tests.Bench;

/// <summary>What is sent is what a server must send back, and no two messages are alike.</summary>
public sealed class PlainTrafficTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(126)]
    [InlineData(5000)]
    [InlineData(70_000)]
    public void Messages_SentBackInTheirFrames_AreForeseenHoweverTheyAreCut(int size)
    {
        var traffic = new PlainTraffic(size, webSocket: true);
        var echo = Echo(Decode(traffic, source: 3, first: 1000, count: 50));
        foreach (var cut in new[] { 1, 3, 1000, echo.Length })
        {
            var lane = new Lane(3, 3) { Received = 1000 };
            for (var at = 0; at < echo.Length; at += cut)
            {
                var part = echo.AsSpan(at, Math.Min(cut, echo.Length - at)).ToArray().AsSpan();
                lane.Received += traffic.TakeForeseen(lane, ref part);
                Assert.True(part.IsEmpty);
            }

            Assert.Equal((1050, 0), (lane.Received, lane.Offset));
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(70_000)]
    public void Messages_OfSourcesAndNumbers_Differ(int size)
    {
        var traffic = new PlainTraffic(size, webSocket: true);
        var messages = Enumerable.Range(0, 5).SelectMany(source => Decode(traffic, source, first: 0, count: 10)).ToList();
        Assert.Equal(50, messages.Select(Convert.ToHexString).Distinct().Count());
        Assert.All(messages, m => Assert.Equal(size, m.Length));
    }

    [Fact]
    public void EveryByte_Changed_IsNotForeseenAndIsFound()
    {
        var traffic = new PlainTraffic(20, webSocket: true);
        var message = Decode(traffic, source: 0, first: 0, count: 1)[0];
        for (var at = 0; at < message.Length; at++)
        {
            var wrong = (byte[])message.Clone();
            wrong[at] ^= 0x10;
            var lane = new Lane(0, 0);
            var data = Echo([wrong]).AsSpan();
            Assert.Equal(0, traffic.TakeForeseen(lane, ref data));
            Assert.Equal((2 + at, 20 - at), (lane.Offset, data.Length));
            Assert.Contains($"byte {at} is", traffic.Check(new Lane(0, 0), wrong), StringComparison.Ordinal);
        }

        Assert.Null(traffic.Check(new Lane(0, 0), message));
    }

    [Fact]
    public void RawEcho_OfTheSentBytes_IsForeseen()
    {
        var traffic = new PlainTraffic(20, webSocket: false);
        var sent = traffic.Encode(1, 0, 10, out var encoded).ToArray();
        var lane = new Lane(1, 1);
        var data = sent.AsSpan();
        Assert.Equal(10, encoded);
        Assert.Equal(10, traffic.TakeForeseen(lane, ref data));
    }

    [Fact]
    public void JsonText_OfAnySize_HasThatSizeAndIsTheSameEachTime()
    {
        foreach (var size in new[] { 0, 1, 100, 1024, 10_000 })
        {
            Assert.Equal(size, JsonText.Make(5, size).Length);
            Assert.Equal(JsonText.Make(5, size), JsonText.Make(5, size));
        }

        Assert.NotEqual(JsonText.Make(5, 1024), JsonText.Make(6, 1024));
    }

    /// <summary>Reads messages as a server does.</summary>
    private static List<byte[]> Decode(PlainTraffic traffic, int source, long first, int count)
    {
        using var protocol = new WebSocketProtocol(Role.Server, MessageLimits.Default, ArrayPool<byte>.Shared, null, ProtocolState.Open);
        var messages = new List<byte[]>();
        while (count > 0)
        {
            var data = traffic.Encode(source, first, count, out var encoded).ToArray().AsSpan();
            first += encoded;
            count -= encoded;
            while (protocol.TryRead(ref data, out var e)) messages.Add(e.Payload.ToArray());
        }

        return messages;
    }

    /// <summary>Writes messages as a server does.</summary>
    private static byte[] Echo(List<byte[]> messages)
    {
        var bytes = new List<byte>();
        foreach (var message in messages)
        {
            var frame = new byte[FrameWriter.MaxHeaderSize + message.Length];
            bytes.AddRange(frame.AsSpan(0, FrameWriter.WriteFrame(frame, Opcode.Binary, fin: true, message)));
        }

        return [.. bytes];
    }
}
