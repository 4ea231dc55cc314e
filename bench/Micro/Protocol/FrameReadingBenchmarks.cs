// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Mare.Protocol;

namespace Mare.Bench.Micro.Protocol;

/// <summary>A masked binary frame that has arrived whole. Unmasking it in place masks it again: it stays a valid frame.</summary>
[MemoryDiagnoser]
public class FrameReadingBenchmarks
{
    private readonly WebSocketProtocol _protocol =
        new(Role.Server, MessageLimits.Default, ArrayPool<byte>.Shared, budget: null, ProtocolState.Open);

    private byte[] _frame = [];

    [Params(20, 1024, 64 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _frame = new byte[FrameWriter.HeaderSize(Size, masked: true) + Size];
        FrameWriter.WriteFrame(_frame, Opcode.Binary, fin: true, RandomNumberGenerator.GetBytes(Size), Masking.NewKey());
    }

    [Benchmark(Description = "header and unmasking")]
    public FrameHeader HeaderAndUnmasking()
    {
        FrameReader.ReadHeader(_frame, Role.Server, insideMessage: false, out var header, out _);
        Masking.Apply(_frame.AsSpan(header.Size), header.MaskingKey, 0);
        return header;
    }

    [Benchmark(Description = "the whole protocol")]
    public int Event()
    {
        var data = _frame.AsSpan();
        _protocol.TryRead(ref data, out var e);
        return e.Payload.Length;
    }

    [GlobalCleanup]
    public void Cleanup() => _protocol.Dispose();
}
