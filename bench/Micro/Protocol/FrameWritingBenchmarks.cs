// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Mare.Protocol;

namespace Mare.Bench.Micro.Protocol;

/// <summary>A binary frame written into a buffer: as a server does, and masked as a client does.</summary>
[MemoryDiagnoser]
public class FrameWritingBenchmarks
{
    private byte[] _payload = [];
    private byte[] _destination = [];

    [Params(20, 1024, 64 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _payload = RandomNumberGenerator.GetBytes(Size);
        _destination = new byte[FrameWriter.MaxHeaderSize + Size];
    }

    [Benchmark(Description = "server")]
    public int Server() => FrameWriter.WriteFrame(_destination, Opcode.Binary, fin: true, _payload);

    [Benchmark(Description = "client, masked")]
    public int Client() => FrameWriter.WriteFrame(_destination, Opcode.Binary, fin: true, _payload, 0x12345678);
}
